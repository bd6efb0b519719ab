/** System accounts, groups, and what the members of groups may do. */
import type { Config } from '../config/schema.ts'
import { ADMINS, USERS } from '../people/policy.ts'
import type { Account } from '../resources/account.ts'
import type { Directory } from '../resources/directory.ts'
import type { File } from '../resources/file.ts'
import type { Group } from '../resources/group.ts'
import { ROOT } from '../resources/owner.ts'
import type { Inputs } from './inputs.ts'
import { access } from './policy.ts'
import { render } from './template.ts'

/** Accounts that our services run as. */
export const accounts: readonly Account[] = [
  { kind: 'account', name: 'tljh-hub', comment: 'JupyterHub', home: '/var/lib/tljh-hub' },
  { kind: 'account', name: 'tljh-proxy', comment: 'Front door of JupyterHub', home: '/nonexistent' },
]

/** A group whose list is ours, as far as people of the hub are in it. */
const group = (name: string, members: readonly string[]): Group => ({
  kind: 'group',
  name,
  members,
  ours: (account) => account.startsWith('jupyter-'),
})

/** The group of those that may open sockets, and the groups of people. */
export function groups(config: Config, inputs: Inputs): Group[] {
  const known = new Map(inputs.people.map(({ name, unix }) => [name, unix]))
  const people = access(config)
  const unixOf = (names: readonly string[]): string[] =>
    names.flatMap((name) => known.get(name) ?? []).toSorted()
  const membersOf = (name: string): string[] =>
    unixOf([...people].filter(([, entry]) => entry.groups.includes(name)).map(([person]) => person))
  const named = Object.keys(config.users.extra_user_groups)
  const admins = unixOf([...people].filter(([, entry]) => entry.admin).map(([person]) => person))
  return [
    { kind: 'group', name: 'tljh-sock', members: ['tljh-hub', 'tljh-proxy'], ours: () => true },
    group(USERS, unixOf([...people.keys()])),
    group(ADMINS, admins),
    ...[...new Set([...named, ...inputs.formerGroups])].map((name) => group(name, membersOf(name))),
  ]
}

/**
 * Folders of an ssh server that is not there yet: one that comes later must not let people in beside their sandbox until
 * somebody thinks of `tljh reconfigure`.
 */
const sshFolders: readonly Directory[] = ['/etc/ssh', '/etc/ssh/sshd_config.d'].map((path) => ({
  kind: 'directory',
  path,
  mode: 0o755,
  ...ROOT,
}))

/** What members of the groups may do, and may not. */
export function rules({ assets, machine }: Inputs): (Directory | File)[] {
  const file = (name: string, mode: number): File => ({
    kind: 'file',
    path: `/${name}`,
    text: render(assets, name, {}),
    mode,
    ...ROOT,
  })
  return [
    { ...file('etc/sudoers.d/tljh-admins', 0o440), check: ['/usr/sbin/visudo', '-cqf', '{}'] },
    file('etc/profile.d/tljh.sh', 0o644),
    ...(machine.hasSsh ? [] : sshFolders),
    file('etc/ssh/sshd_config.d/50-tljh.conf', 0o644),
    ...(machine.hasPolkit ? [file('etc/polkit-1/rules.d/50-tljh.rules', 0o644)] : []),
  ]
}
