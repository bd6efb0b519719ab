/** What people may do: a role, unix groups, and the groups that they teach. Pure. */

/** The highest role of a person: root by sudo, fixed verbs, fixed verbs for members of their groups, or none. */
export const ROLES = ['owner', 'operator', 'instructor', 'user'] as const
export type Role = (typeof ROLES)[number]

/** What one person may have. */
export interface Access {
  readonly role: Role
  /** Unix groups beside the hub's own, sorted. */
  readonly groups: readonly string[]
  /** Groups whose members an instructor looks after, sorted. */
  readonly teaches: readonly string[]
}

/** What somebody has whom the config does not name. */
export const NO_ACCESS: Access = { role: 'user', groups: [], teaches: [] }

/** Everybody of the hub who may log in, and one group for each role that may do more. */
const USERS = 'jupyterhub-users'
const ADMINS = 'jupyterhub-admins'
export const OPERATORS = 'jupyterhub-operators'
export const INSTRUCTORS = 'jupyterhub-instructors'

/** The groups of the hub itself; people are in exactly those that their access says. */
export const HUB_GROUPS = [USERS, ADMINS, OPERATORS, INSTRUCTORS] as const

const OF_ROLE = { owner: [ADMINS], operator: [OPERATORS], instructor: [], user: [] } as const

/** Every unix group that an access brings. */
export function unixGroups({ role, groups, teaches }: Access): readonly string[] {
  return [...new Set([USERS, ...OF_ROLE[role], ...(teaches.length > 0 ? [INSTRUCTORS] : []), ...groups])]
}

/** Whether somebody calls `sudo tljh` in the terminal of their server, which a sandbox would forbid. */
export const needsSudo = ({ role }: Access): boolean => role !== 'user'

/** The same text for the same access. */
export const formatAccess = ({ role, groups, teaches }: Access): string =>
  JSON.stringify({ role, groups, teaches })
