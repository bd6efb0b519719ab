/** System accounts, groups, and what the members of groups may do. */
import type { Config } from '../config/schema.ts'
import { HUB_GROUPS, needsSudo, unixGroups } from '../people/access.ts'
import { isShutOut } from '../people/ledger.ts'
import type { Account } from '../resources/account.ts'
import type { Accounts } from '../resources/accounts.ts'
import type { Directory } from '../resources/directory.ts'
import type { File } from '../resources/file.ts'
import type { Group } from '../resources/group.ts'
import { ROOT } from '../resources/owner.ts'
import type { Servers } from '../resources/servers.ts'
import type { Inputs, KnownPerson } from './inputs.ts'
import { namedGroups, SHELL } from './policy.ts'
import { render } from './template.ts'

/** Accounts that our services run as. */
export const accounts: readonly Account[] = [
  { kind: 'account', name: 'tljh-hub', comment: 'JupyterHub', home: '/var/lib/tljh-hub' },
  { kind: 'account', name: 'tljh-proxy', comment: 'Front door of JupyterHub', home: '/nonexistent' },
]

/** The unix accounts of everybody in the ledger. */
export function peopleAccounts(config: Config, { people }: Inputs): Accounts {
  const { path, mount } = config.homes
  return {
    kind: 'accounts',
    name: 'people',
    homes: path,
    mount,
    people: people
      .filter(({ person }) => person.state !== 'gone')
      .map(({ person, access }) => ({
        name: person.unixName,
        uid: person.uid,
        gid: person.gid,
        home: person.home,
        own: !person.adopted,
        slug: person.slug,
        shell: person.shell || SHELL,
        shellAsked: person.shell !== '',
        fresh: person.state === 'new',
        locked: isShutOut(person, access),
      })),
  }
}

/** Who of the people is in which unix groups; locked people are in none. */
function memberships(people: readonly KnownPerson[]): ReadonlyMap<string, readonly string[]> {
  const members = new Map<string, string[]>()
  for (const { person, access } of people) {
    if (access === undefined || isShutOut(person, access)) continue
    for (const group of unixGroups(access)) {
      const list = members.get(group)
      if (list === undefined) members.set(group, [person.unixName])
      else list.push(person.unixName)
    }
  }
  return members
}

/** The group of those that may open sockets, and the groups of people. */
export function groups(config: Config, inputs: Inputs): Group[] {
  const members = memberships(inputs.people)
  const known = new Set(inputs.people.map(({ person }) => person.unixName))
  const { uid_min: min, uid_max: max } = config.users
  // A group whose list is ours, as far as people of the hub are in it.
  const group = (name: string): Group => ({
    kind: 'group',
    name,
    members: (members.get(name) ?? []).toSorted(),
    ours: (account) => known.has(account) || account.startsWith('jupyter-'),
  })
  const named = [...new Set([...namedGroups(config, inputs), ...inputs.formerGroups])]
  return [
    { kind: 'group', name: 'tljh-sock', members: ['tljh-hub', 'tljh-proxy'], ours: () => true },
    ...HUB_GROUPS.map(group),
    ...named.map((name) => ({ ...group(name), gids: { min, max } })),
  ]
}

const slugs = (some: readonly KnownPerson[]): Set<string> => new Set(some.map(({ person }) => person.slug))

/** Which servers may run: of people who may log in, with sudo only for those who need it. */
export function allowedServers({ people }: Inputs): Servers {
  const open = people.filter(({ person, access }) => !isShutOut(person, access))
  return {
    kind: 'servers',
    name: 'people',
    allowed: [
      { template: 'jupyter', slugs: slugs(open) },
      { template: 'jupyter-admin', slugs: slugs(open.filter(({ access }) => access && needsSudo(access))) },
    ],
  }
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
  const sudoers = (name: string): File => ({
    ...file(`etc/sudoers.d/${name}`, 0o440),
    check: ['/usr/sbin/visudo', '-cqf', '{}'],
  })
  return [
    ...['tljh-admins', 'tljh-operators', 'tljh-instructors'].map(sudoers),
    file('etc/profile.d/tljh.sh', 0o644),
    ...(machine.hasSsh ? [] : sshFolders),
    file('etc/ssh/sshd_config.d/50-tljh.conf', 0o644),
    ...(machine.hasPolkit ? [file('etc/polkit-1/rules.d/50-tljh.rules', 0o644)] : []),
  ]
}
