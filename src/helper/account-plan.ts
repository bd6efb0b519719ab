import type { GroupEntry, PasswdEntry } from '../host/account-files.ts'
/**
 * From the account as it is to the account as it must be. Pure. An account belongs to the ledger's row or to nobody of
 * ours: a name, number or home that is somebody else's is never taken over.
 */
import type { PathState } from '../host/host.ts'
import type { Person } from '../people/ledger.ts'
import { ADMINS, USERS } from '../people/policy.ts'
import type { Access, Policy } from '../people/policy.ts'

/** The account as it must be. */
export interface AccountWant {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
  readonly shell: string
  /** Groups it is in. */
  readonly groups: readonly string[]
  /** Groups it is not in; about all others nothing is said. */
  readonly without: readonly string[]
  /** True until it was complete once: only then may anything be made. */
  readonly fresh: boolean
}

/** The account as it is. */
export interface AccountHave {
  /** Every entry with its name or its uid. */
  readonly entries: readonly PasswdEntry[]
  /** Every group with its name or its gid. */
  readonly own: readonly GroupEntry[]
  readonly groups: readonly GroupEntry[]
  readonly home: PathState | undefined
}

/** What the policy asks for one person. */
export function wantedAccount(policy: Policy, person: Person, access: Access): AccountWant {
  const { homes, shell, managedGroups } = policy
  const groups = [...new Set([USERS, ...(access.admin ? [ADMINS] : []), ...access.groups])]
  return {
    name: person.unixName,
    uid: person.uid,
    gid: person.gid,
    home: `${homes}/${person.unixName}`,
    shell,
    groups,
    without: [...new Set([ADMINS, ...managedGroups])].filter((group) => !groups.includes(group)),
    fresh: person.state === 'new',
  }
}

function foreignEntry(want: AccountWant, have: AccountHave): string | undefined {
  const row = have.entries.find((entry) => entry.name !== want.name || entry.uid !== want.uid)
  if (row !== undefined) {
    return (
      `the account ${row.name} has uid ${row.uid}, but the ledger keeps ${want.name} with uid ${want.uid}; ` +
      `rename it or give it another uid (\`usermod\`), then start the server again`
    )
  }
  const group = have.own.find((entry) => entry.name !== want.name || entry.gid !== want.gid)
  if (group !== undefined) {
    return (
      `the group ${group.name} has gid ${group.gid}, but the ledger keeps ${want.name} with gid ${want.gid}; ` +
      `rename it or give it another gid (\`groupmod\`), then start the server again`
    )
  }
  const entry = have.entries[0]
  if (entry === undefined || (entry.gid === want.gid && entry.home === want.home)) return undefined
  return (
    `the account ${want.name} has gid ${entry.gid} and home ${entry.home} instead of ${want.gid} and ${want.home}; ` +
    `set them back with \`usermod\`, then start the server again`
  )
}

function foreignHome(want: AccountWant, have: AccountHave): string | undefined {
  const { home } = have
  if (have.entries.length === 0) {
    if (home === undefined) return undefined
    return `${want.home} is there already although the account is new; move it away, then start the server again`
  }
  if (home === undefined) {
    return want.fresh
      ? undefined
      : `the home ${want.home} is missing; is its disk mounted? Nothing was made in its place`
  }
  if (home.type === 'directory' && home.uid === want.uid) return undefined
  return `${want.home} is not a folder of ${want.name}; put the right one there, then start the server again`
}

/** Why this account cannot be used or made, as a sentence; undefined when it can. */
export function obstacle(want: AccountWant, have: AccountHave): string | undefined {
  const missing = want.groups.find((group) => !have.groups.some(({ name }) => name === group))
  if (missing !== undefined) return `the group ${missing} does not exist; run \`tljh reconfigure\``
  if (have.entries.length === 0 && !want.fresh) {
    return `the account ${want.name} is gone although the ledger has it; run \`tljh reconfigure\``
  }
  return foreignEntry(want, have) ?? foreignHome(want, have)
}

function creation(want: AccountWant): readonly string[] {
  const options = [
    ['--no-create-home', '--no-user-group', '--no-log-init'],
    ['--key', 'SUB_UID_COUNT=0', '--key', 'SUB_GID_COUNT=0'],
    ['--uid', String(want.uid), '--gid', String(want.gid), '--groups', want.groups.join(',')],
    ['--home-dir', want.home, '--shell', want.shell, '--comment', ''],
  ]
  return ['/usr/sbin/useradd', ...options.flat(), '--', want.name]
}

function memberships(want: AccountWant, have: AccountHave): readonly (readonly string[])[] {
  const inside = new Map(have.groups.map(({ name, members }) => [name, members.includes(want.name)]))
  return [
    ...want.groups
      .filter((name) => inside.get(name) === false)
      .map((name) => membership('--add', want, name)),
    ...want.without
      .filter((name) => inside.get(name) === true)
      .map((name) => membership('--delete', want, name)),
  ]
}

/** The commands from what is there to what is wanted; none when nothing is to do. */
export function accountCommands(want: AccountWant, have: AccountHave): readonly (readonly string[])[] {
  const group = ['/usr/sbin/groupadd', '--gid', String(want.gid), '--', want.name]
  const account = have.entries.length === 0 ? [creation(want)] : memberships(want, have)
  return have.own.length === 0 ? [group, ...account] : account
}

function membership(option: '--add' | '--delete', want: AccountWant, group: string): readonly string[] {
  return ['/usr/bin/gpasswd', option, want.name, '--', group]
}
