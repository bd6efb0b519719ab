/** What the hub's own Python is told: one JSON file, no code. */
import type { Config } from '../config/schema.ts'
import type { File } from '../resources/file.ts'
import type { Inputs, KnownPerson } from './inputs.ts'
import type { Limits } from './limits.ts'
import { PEOPLE_FILE, taughtGroups } from './policy.ts'

export const HUB_SETTINGS = '/opt/tljh/hub-config/hub.json'

/** Where servers and services of this machine find the hub; see templates/opt/tljh/proxy. */
export const API = 'http://127.0.0.1:880'

const DEFAULT_URL = { jupyterlab: '/lab', classic: '/tree' } as const
/** Seconds: a start takes 1 to 3, on a machine under load several times that. */
const START_TIMEOUT = 120

/** Seconds, JupyterHub's own default: how often a server in use tells the hub so. */
const ACTIVITY = 300

/** A third of the time until an idle server is stopped, so that two reports may be lost before one in use is. */
function activityInterval({ enabled, timeout }: Config['services']['cull']): number {
  return enabled ? Math.min(ACTIVITY, Math.floor(timeout / 3)) : ACTIVITY
}

const names = (people: readonly KnownPerson[]): string[] => people.map(({ person }) => person.hubName)

/** Settings of the hub; readable by the hub alone. */
export function hubSettings(config: Config, inputs: Inputs, limits: Limits): File {
  const { type, ...traits } = config.auth
  // With passwords the hub follows the file of people, and adding somebody does not restart it.
  const named = type === 'password' ? [] : inputs.people.filter((known) => known.access !== undefined)
  const settings = {
    base_url: config.base_url,
    default_url: DEFAULT_URL[config.user_environment.default_app],
    api_url: API,
    concurrent_starts: limits.startsAtOnce,
    start_timeout: START_TIMEOUT,
    activity_interval: activityInterval(config.services.cull),
    hub_socket: '/run/tljh-hub/hub.sock',
    routes: '/run/tljh-hub/routes',
    helper_socket: '/run/tljh/helper.sock',
    state: '/var/lib/tljh-hub',
    config_d: '/opt/tljh/config/jupyterhub_config.d',
    mem_limit: limits.memory,
    cpu_limit: limits.cpu,
    secure_cookies: false,
    people: PEOPLE_FILE,
    taught_groups: type === 'password' ? taughtGroups(inputs) : [],
    admin_users: names(named.filter((known) => known.access?.role === 'owner')),
    allowed_users: names(named),
    auth: { type, traits },
  }
  const text = `${JSON.stringify(settings, undefined, 1)}\n`
  return {
    kind: 'file',
    path: HUB_SETTINGS,
    text,
    mode: 0o640,
    owner: 'root',
    group: 'tljh-hub',
    secret: true,
  }
}
