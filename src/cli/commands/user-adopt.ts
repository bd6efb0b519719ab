/** `tljh user adopt`: an account that was on this machine before becomes somebody's of the hub. */
import { addToList } from '../../config/edit.ts'
import { UsageError } from '../../errors.ts'
import { parsePasswd, type PasswdEntry } from '../../host/account-files.ts'
import type { PathState, Reader } from '../../host/host.ts'
import { escapeName } from '../../people/names.ts'
import type { Directory } from '../../resources/directory.ts'
import { withLedger } from '../census.ts'
import type { Context } from '../context.ts'
import { givePasswords, handOut, nameArgument, SHELL } from '../people.ts'
import { accessOf, readWish, settleServer, type Wish, withConfig } from '../server.ts'
import { alone } from '../settle.ts'

/** Numbers of people's accounts: below are the system's (Debian policy, 9.2.2), above nobody and containers. */
const UIDS = { min: 1000, max: 59_999 }
/** Names and paths that systemd takes in a unit without quoting, specifiers or surprises. */
const ACCOUNT = /^[A-Za-z_][A-Za-z0-9_.@+-]{0,31}$/
const HOME = /^(?:\/[a-zA-Z0-9_][a-zA-Z0-9._@+-]*){2,}$/

async function homeOf(reader: Reader, { name, uid, home }: PasswdEntry): Promise<PathState> {
  const above = await reader.lstat(home.replace(/\/[^/]*$/, ''))
  const state = await reader.lstat(home)
  const wrong = (why: string): UsageError =>
    new UsageError(`${name} cannot be adopted: the home ${escapeName(home)} ${why}`)
  if (!HOME.test(home)) throw wrong('is not a plain absolute path')
  if (state?.type !== 'directory') throw wrong('is no folder')
  if (state.uid !== uid) throw wrong('belongs to somebody else')
  if (above?.type !== 'directory' || above.uid !== 0 || (above.mode & 0o022) !== 0)
    throw wrong('lies in a folder that others may write to')
  return state
}

async function accountOf(reader: Reader, unix: string): Promise<PasswdEntry> {
  const entry = parsePasswd((await reader.readFile('/etc/passwd')) ?? '').find(({ name }) => name === unix)
  if (entry === undefined) throw new UsageError(`there is no account '${escapeName(unix)}' in /etc/passwd`)
  if (entry.uid < UIDS.min || entry.uid > UIDS.max)
    throw new UsageError(
      `${unix} (uid ${entry.uid}) is an account of the system: those are never given to people`,
    )
  if (!ACCOUNT.test(unix))
    throw new UsageError(
      `the account name '${escapeName(unix)}' cannot stand in a unit; rename it with \`usermod --login\``,
    )
  return entry
}

/** Others lose their rights on a home that becomes somebody's of the hub; the owner's own stay. */
function closedHome({ name, home }: PasswdEntry, state: PathState, group: string): Directory[] {
  if ((state.mode & 0o077) === 0) return []
  return [{ kind: 'directory', path: home, mode: state.mode & 0o7700, owner: name, group }]
}

async function groupName(reader: Reader, gid: number): Promise<string> {
  const { stdout } = await reader.query(['getent', 'group', '--', String(gid)])
  const name = stdout.split(':')[0] ?? ''
  if (name === '')
    throw new UsageError(`the account's group ${gid} does not exist; give it one with \`usermod --gid\``)
  return name
}

async function adopted(context: Context, name: string, entry: PasswdEntry): Promise<Wish> {
  const { host } = context
  const state = await homeOf(host, entry)
  const own = closedHome(entry, state, await groupName(host, entry.gid))
  const { wish, text } = await readWish(host)
  const next = accessOf(wish).has(name)
    ? wish
    : withConfig(wish, addToList(text, ['users', 'allowed'], [name]))
  const account = { unixName: entry.name, uid: entry.uid, gid: entry.gid, home: entry.home }
  return {
    ...next,
    own: [...next.own, ...own],
    prepare: (ledger) => {
      if (ledger.find(name)?.unixName === entry.name) return
      ledger.adopt(name, account)
      // A lock takes the shell away, and the end of the lock gives this one back.
      if (SHELL.test(entry.shell)) ledger.setShell(name, entry.shell)
    },
  }
}

/** Makes an account of this machine the account of a hub name. Uid, groups, shell and home stay. */
export async function userAdopt(context: Context, given: string, { unix }: { unix: string }): Promise<void> {
  const name = nameArgument(given)
  await alone(context, 'tljh user adopt', async () => {
    const { host, output } = context
    const entry = await accountOf(host, unix)
    await withLedger(host, (ledger) => {
      const [holder, person] = [ledger.withUid(entry.uid), ledger.find(name)]
      if (holder !== undefined && holder.hubName !== name)
        throw new UsageError(`${unix} is the account of ${holder.hubName} already`)
      if (person !== undefined && person.unixName !== unix)
        throw new UsageError(`${name} has the account ${person.unixName} already`)
    })
    await settleServer(context, await adopted(context, name, entry))
    // Drop-ins of units that systemd has not loaded yet are found anew.
    await host.perform({ do: 'run', argv: ['systemctl', 'daemon-reload'] })
    if (!output.json)
      output.line(`${name} has the account ${unix} with the home ${entry.home}, closed to others.`)
    const people = await handOut(context, (ledger) => givePasswords(ledger, [name]))
    if (output.json) output.object({ name, unix, home: entry.home, people })
  })
}
