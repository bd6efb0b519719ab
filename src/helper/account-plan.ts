/**
 * From the account as it is to the account as it must be. Pure. An account belongs to the ledger's row or to nobody of
 * ours: a name, number or home that is somebody else's is never taken over.
 */
import { conflict, type OwnAccount } from '../host/account-conflict.ts'
import type { GroupEntry, PasswdEntry } from '../host/account-files.ts'
import type { PathState } from '../host/host.ts'
import { type Access, HUB_GROUPS, unixGroups } from '../people/access.ts'
import type { Person } from '../people/ledger.ts'
import type { Policy } from '../people/policy.ts'

/** The account as it must be. */
export interface AccountWant extends OwnAccount {
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
  const { shell, managedGroups } = policy
  const groups = unixGroups(access)
  return {
    name: person.unixName,
    uid: person.uid,
    gid: person.gid,
    home: person.home,
    own: !person.adopted,
    shell: person.shell || shell,
    groups,
    without: [...new Set([...HUB_GROUPS, ...managedGroups])].filter((group) => !groups.includes(group)),
    fresh: person.state === 'new',
  }
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
  return conflict(want, { entries: have.entries, groups: have.own }) ?? foreignHome(want, have)
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
  return have.own.length === 0 && want.own ? [group, ...account] : account
}

function membership(option: '--add' | '--delete', want: AccountWant, group: string): readonly string[] {
  return ['/usr/bin/gpasswd', option, want.name, '--', group]
}
