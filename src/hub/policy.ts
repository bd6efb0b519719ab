/** Files about people: what the helper holds to, and what the hub may know. */
import type { Config } from '../config/schema.ts'
import { NO_ACCESS } from '../people/access.ts'
import { isShutOut } from '../people/ledger.ts'
import { formatPolicy } from '../people/policy.ts'
import type { File } from '../resources/file.ts'
import { ROOT } from '../resources/owner.ts'
import type { Inputs } from './inputs.ts'
import type { Limits } from './limits.ts'
import { unitLimits } from './limits.ts'

/** Login shell of people who did not ask for another one. */
export const SHELL = '/bin/bash'

/** Every unix group that the config or somebody's access names, sorted. */
export function namedGroups({ users }: Config, { people }: Inputs): readonly string[] {
  const groups = people.flatMap(({ access }) => access?.groups ?? [])
  return [
    ...new Set([...Object.keys(users.extra_user_groups), ...Object.keys(users.instructors), ...groups]),
  ].toSorted()
}

/** Groups that have an instructor, sorted: each gets a role in the hub. */
export function taughtGroups({ people }: Inputs): readonly string[] {
  return [...new Set(people.flatMap(({ access }) => access?.teaches ?? []))].toSorted()
}

/** The file that the helper reads at every request. */
export function policyFile(config: Config, inputs: Inputs, limits: Limits): File {
  const text = formatPolicy({
    version: 2,
    managedGroups: namedGroups(config, inputs),
    limits: unitLimits(limits),
    homes: config.homes.path,
    mount: config.homes.mount,
    shell: SHELL,
    uidMin: config.users.uid_min,
    uidMax: config.users.uid_max,
  })
  return { kind: 'file', path: '/opt/tljh/state/policy.json', text, mode: 0o600, ...ROOT, secret: true }
}

/** Where the hub finds who is who. */
export const PEOPLE_FILE = '/opt/tljh/hub-config/people.json'

/** What the hub knows of people: it follows this file without a restart. Everybody of the ledger is in it. */
export function peopleFile({ people }: Inputs): File {
  const rows = people.map(({ person, access }) => {
    const { role, groups, teaches } = access ?? NO_ACCESS
    const { hubName, lifted } = person
    return [hubName, { role, groups, teaches, locked: isShutOut(person, access), lifted }]
  })
  const text = `${JSON.stringify({ version: 1, people: Object.fromEntries(rows) })}\n`
  return {
    kind: 'file',
    path: PEOPLE_FILE,
    text,
    mode: 0o640,
    owner: 'root',
    group: 'tljh-hub',
    secret: true,
  }
}
