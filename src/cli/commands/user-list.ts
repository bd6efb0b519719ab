/** `tljh user list` and `tljh user show`: who is who, as it was settled last. */
import type { KnownPerson } from '../../hub/inputs.ts'
import { NO_ACCESS } from '../../people/access.ts'
import type { Password } from '../../people/ledger.ts'
import type { Caller } from '../caller.ts'
import { everybody, withLedger } from '../census.ts'
import type { Context } from '../context.ts'
import { nameArgument, personOf, processesOf } from '../people.ts'
import { looksAfter } from '../rights.ts'
import { needRoot } from '../settle.ts'

/** What is shown of a person. */
interface Shown {
  readonly name: string
  readonly unix: string
  readonly role: string
  readonly groups: readonly string[]
  readonly teaches: readonly string[]
  /** Why somebody is locked; null for nobody. */
  readonly locked: string | null
}

function shownOf({ person, access }: KnownPerson): Shown {
  return {
    name: person.hubName,
    unix: person.unixName,
    role: access?.role ?? 'none',
    groups: access?.groups ?? [],
    teaches: access?.teaches ?? [],
    locked: person.lock?.reason ?? null,
  }
}

/** Whether somebody may see a person: instructors see the people of their groups, and themselves. */
function sees(caller: Caller, { person, access }: KnownPerson): boolean {
  if (caller.kind === 'root' || caller.role !== 'instructor' || caller.name === person.hubName) return true
  const { role, groups } = access ?? NO_ACCESS
  return looksAfter({ role: caller.role, teaches: caller.teaches }, { role, groups, locked: false })
}

function words({ role, groups, teaches, locked }: Shown): string {
  const lock = locked === null ? '' : `locked: ${locked}`
  const taught = teaches.length === 0 ? '' : `teaches ${teaches.join(', ')}`
  const said = [role === 'user' || role === 'none' ? '' : role, groups.join(', '), taught, lock]
  return said.filter((word) => word !== '').join('; ')
}

/** Everybody of the ledger. */
export async function userList({ host, output, caller }: Context): Promise<void> {
  needRoot('tljh user list')
  const known = await withLedger(host, everybody)
  const people = known.filter((person) => person.person.state !== 'gone' && sees(caller, person)).map(shownOf)
  if (output.json) return output.object(people)
  if (people.length === 0) return output.line('Nobody yet. To add somebody: sudo tljh user add NAME')
  const width = Math.max(...people.map(({ name }) => name.length)) + 2
  for (const person of people)
    output.line(`${person.name.padEnd(width)}${person.unix.padEnd(34)}${words(person)}`.trimEnd())
}

function passwordWord(password: Password | undefined): string {
  if (password === undefined) return 'none'
  return password.oneTime ? 'one-time, not used yet' : 'chosen'
}

/** Rows of `tljh user show`; those without a value are left out for people, and null in JSON. */
function details(known: KnownPerson, password: Password | undefined, running: number): object {
  const { person } = known
  const { unix, ...shown } = shownOf(known)
  return {
    ...shown,
    unix,
    uid: person.uid,
    gid: person.gid,
    since: person.since,
    lockedSince: person.lock?.since ?? null,
    shell: person.shell || null,
    home: person.home,
    password: passwordWord(password),
    passwordChanged: password?.changedAt ?? null,
    processes: running,
  }
}

/** Everything about one person, passwords and processes included. */
export async function userShow({ host, output }: Context, text: string): Promise<void> {
  needRoot('tljh user show')
  const name = nameArgument(text)
  const { known, password } = await withLedger(host, (ledger) => ({
    known: { person: personOf(ledger, name), access: ledger.access.find(name) },
    password: ledger.passwords.find(name),
  }))
  const all = details(known, password, (await processesOf(host, known.person.uid)).length)
  if (output.json) return output.object(all)
  for (const [key, value] of Object.entries(all)) {
    const line = Array.isArray(value) ? value.join(', ') : String(value ?? '')
    if (line !== '') output.line(`${key.padEnd(17)}${line}`)
  }
}
