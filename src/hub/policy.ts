/** Who may log in and what they may have, worked out from the config. */
import type { Config } from '../config/schema.ts'
import { formatPolicy } from '../people/policy.ts'
import type { Access } from '../people/policy.ts'
import type { File } from '../resources/file.ts'
import { ROOT } from '../resources/owner.ts'
import type { Limits } from './limits.ts'
import { unitLimits } from './limits.ts'

/** Homes lie here. */
export const HOMES = '/home'
/** Our own range of numbers, clear of those that people and packages are given by hand. */
export const UIDS = { min: 20_000, max: 59_999 }

/** Everybody who may log in: administrators and allowed people, without the banned. */
export function access({ users }: Config): ReadonlyMap<string, Access> {
  const groupsOf = (name: string): string[] =>
    Object.entries(users.extra_user_groups)
      .filter(([, names]) => names.includes(name))
      .map(([group]) => group)
  const names = [...new Set([...users.admin, ...users.allowed])].filter(
    (name) => !users.banned.includes(name),
  )
  return new Map(names.map((name) => [name, { admin: users.admin.includes(name), groups: groupsOf(name) }]))
}

/** The file that the helper reads at every request. */
export function policyFile(config: Config, limits: Limits): File {
  const text = formatPolicy({
    version: 1,
    people: access(config),
    managedGroups: Object.keys(config.users.extra_user_groups),
    limits: unitLimits(limits),
    homes: HOMES,
    shell: '/bin/bash',
    uidMin: UIDS.min,
    uidMax: UIDS.max,
  })
  return { kind: 'file', path: '/opt/tljh/state/policy.json', text, mode: 0o600, ...ROOT, secret: true }
}
