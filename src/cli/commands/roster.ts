/** `tljh roster`: a class from a file, planned and applied. */
import { UsageError } from '../../errors.ts'
import { parseGroup } from '../../host/account-files.ts'
import { diffRosters, parseRosterFile, type Roster, rosterName, type RosterRow } from '../../people/roster.ts'
import { align, idRange, withLedger } from '../census.ts'
import type { Context } from '../context.ts'
import { readInput } from '../input.ts'
import { type Given, givePasswords, handOut } from '../people.ts'
import { checkRoster } from '../roster-rights.ts'
import type { NamedRoster } from '../rosters.ts'
import { accessOf, readWish, settleServer, type Wish, withRoster } from '../server.ts'
import { alone, needRoot } from '../settle.ts'
import { checkSlipFile } from '../slip-file.ts'

export interface RosterOptions {
  readonly name?: string
  readonly slips?: string
}

/** A change of one person. */
interface Row {
  readonly name: string
  readonly unix: string
  readonly change: 'add' | 'change' | 'leave' | 'come back'
  readonly role: string
  readonly groups: readonly string[]
  /** Whether it locks them: nothing else names them. */
  readonly locked: boolean
}

/** What a roster comes to. */
interface Decision {
  readonly wish: Wish
  readonly rows: readonly Row[]
}

async function groupNumbers({ host }: Context): Promise<ReadonlyMap<string, number>> {
  return new Map(parseGroup((await host.readFile('/etc/group')) ?? '').map(({ name, gid }) => [name, gid]))
}

interface Versions {
  readonly before: Roster
  readonly after: Roster
}

function checkCaller(
  { caller }: Context,
  wish: Wish,
  { before, after, groups }: Versions & { groups: ReadonlyMap<string, number> },
): void {
  const { users } = wish.config
  const access = accessOf(wish)
  checkRoster(caller, {
    before,
    after,
    configGroups: new Set([...Object.keys(users.extra_user_groups), ...Object.keys(users.instructors)]),
    systemGroups: (group) => {
      const gid = groups.get(group)
      return gid !== undefined && (gid < users.uid_min || gid > users.uid_max)
    },
    role: (name) => access.get(name)?.role,
  })
}

/** The rows of a plan, with the unix names that people have or will get. Takes everything back in the end. */
async function rowsOf({ host }: Context, wish: Wish, { before, after }: Versions): Promise<readonly Row[]> {
  const { added, changed, left } = diffRosters(before, after)
  if (added.length + changed.length + left.length === 0) return []
  const access = accessOf(wish)
  const range = await idRange(host, wish.config)
  return withLedger(host, (ledger) =>
    ledger.attempt(false, async () => {
      const locked = new Set(
        ledger.list().flatMap(({ hubName, lock }) => (lock?.by === 'config' ? [hubName] : [])),
      )
      const unix = new Map(
        align(ledger, access, range).map(({ person }) => [person.hubName, person.unixName]),
      )
      const row = (change: Row['change'], { name, role, groups }: RosterRow): Row => {
        return { name, unix: unix.get(name) ?? '', change, role, groups, locked: !access.has(name) }
      }
      return [
        ...added.map((entry) => row(locked.has(entry.name) ? 'come back' : 'add', entry)),
        ...changed.map((entry) => row('change', entry.after)),
        ...left.map((entry) => row('leave', entry)),
      ]
    }),
  )
}

/** Reads the roster that is named on the command line: before the lock, since whoever types it may take their time. */
async function given({ host }: Context, file: string, { name }: RosterOptions): Promise<NamedRoster> {
  const called = rosterName(file, name)
  return {
    name: called,
    rows: parseRosterFile(await readInput(host, file), file === '-' ? 'standard input' : file),
  }
}

async function decide(context: Context, roster: NamedRoster): Promise<Decision> {
  const { wish } = await readWish(context.host)
  const before = wish.rosters.find(({ name }) => name === roster.name)
  const versions = { before: before?.rows ?? [], after: roster.rows }
  checkCaller(context, wish, { ...versions, groups: await groupNumbers(context) })
  const next = withRoster(wish, roster)
  return { wish: next, rows: await rowsOf(context, next, versions) }
}

const SIGNS = { add: '+', change: '~', leave: '-', 'come back': '+' } as const

function showRows({ output }: Context, rows: readonly Row[]): void {
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2
  for (const { change, name, unix, role, groups, locked } of rows) {
    const words = [role === 'user' ? '' : role, groups.join(', '), change === 'come back' ? 'comes back' : '']
    const leaves = locked ? 'leaves, will be locked' : 'leaves this roster'
    const said = change === 'leave' ? leaves : words.filter((word) => word !== '').join('; ')
    output.line(`${SIGNS[change]} ${name.padEnd(width)}${unix.padEnd(34)}${said}`.trimEnd())
  }
}

/** What `apply` would do, unix names first. Changes nothing. */
export async function rosterPlan(context: Context, file: string, options: RosterOptions): Promise<void> {
  needRoot('tljh roster plan')
  const { output } = context
  const roster = await given(context, file, options)
  const { rows } = await decide(context, roster)
  if (output.json) return output.object({ roster: roster.name, changes: rows })
  if (rows.length === 0) return output.line('Nothing to change.')
  showRows(context, rows)
  output.line(`${rows.length} to change. To do it: sudo tljh roster apply ${file}`)
}

/** Hands one-time passwords to everybody of a roster who has none; the result with --json holds both. */
async function passwordsFor(
  context: Context,
  roster: NamedRoster,
  slips?: string,
): Promise<readonly Given[]> {
  const without = await withLedger(context.host, (ledger) =>
    roster.rows.map(({ name }) => name).filter((name) => ledger.passwords.find(name) === undefined),
  )
  if (without.length === 0) return []
  return handOut(context, (ledger) => givePasswords(ledger, without), slips)
}

function tell(
  { output }: Context,
  roster: NamedRoster,
  { rows, changed }: { rows: readonly Row[]; changed: boolean },
): void {
  if (rows.length === 0 && !changed) return output.line('Nothing to change.')
  output.line(`${roster.name}: ${rows.length} of ${roster.rows.length} changed.`)
}

/** Keeps the roster, settles the machine, and hands out one-time passwords. */
export async function rosterApply(context: Context, file: string, options: RosterOptions): Promise<void> {
  const { slips } = options
  const { output } = context
  if (slips === '-' && output.json) throw new UsageError('--json and --slips - both want the standard output')
  if (slips !== undefined) await checkSlipFile(context, slips)
  const roster = await given(context, file, options)
  await alone(context, 'tljh roster apply', async () => {
    const { wish, rows } = await decide(context, roster)
    const changes = await settleServer(context, wish)
    const quiet = output.json || slips === '-'
    if (!quiet) showRows(context, rows)
    const people = await passwordsFor(context, roster, slips)
    if (output.json) {
      const shown = slips === undefined ? people : people.map(({ name }) => ({ name }))
      return output.object({ roster: roster.name, changes: rows, people: shown })
    }
    if (!quiet) tell(context, roster, { rows, changed: changes.length > 0 })
  })
}

/** Every roster that was applied. */
export async function rosterList({ host, output }: Context): Promise<void> {
  needRoot('tljh roster list')
  const { wish } = await readWish(host)
  const rosters = wish.rosters.map(({ name, rows }) => ({ name, people: rows.length }))
  if (output.json) return output.object(rosters)
  if (rosters.length === 0)
    return output.line('No rosters yet. To apply one: sudo tljh roster apply FILE.csv')
  for (const { name, people } of rosters) output.line(`${name.padEnd(34)}${people} people`)
}
