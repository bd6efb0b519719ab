/** The systemd units: their files, and which of them run. */
import type { Config } from '../config/schema.ts'
import type { File } from '../resources/file.ts'
import { ROOT } from '../resources/owner.ts'
import type { Unit } from '../resources/unit.ts'
import { generation } from './environments.ts'
import { volatile } from './folders.ts'
import type { Inputs } from './inputs.ts'
import { unitLimits } from './limits.ts'
import type { Limits } from './limits.ts'
import { NGINX_CONF } from './proxy.ts'
import { API, HUB_SETTINGS } from './settings.ts'
import { render } from './template.ts'

const FOLDER = '/etc/systemd/system'

/** The culler's token: the hub and the culler get it as a credential. */
export const CULLER_TOKEN = '/opt/tljh/state/culler.token'
/** The token of the commands that ask the hub for something. */
export const CLI_TOKEN = '/opt/tljh/state/cli.token'

/** Units that only have a file: templates, and what others pull in. */
const FILES = [
  'jupyterhub.service',
  'jupyterhub-helper.socket',
  'jupyterhub-helper@.service',
  'jupyterhub-proxy.service',
  'jupyterhub-culler.service',
  'jupyter@.socket',
  'jupyter@.service',
  'jupyter-admin@.socket',
  'jupyter-admin@.service',
  'jupyterusers.slice',
] as const

/** Units that run only while a person works. */
const INSTANCES = [
  'jupyter@*.service',
  'jupyter-admin@*.service',
  'jupyterhub-helper@*.service',
  'jupyterusers.slice',
] as const

const unitPath = (name: string): string => `${FOLDER}/${name}`

function cullerOptions({ services: { cull } }: Config): string {
  const options = [
    `--timeout=${cull.timeout}`,
    `--cull-every=${cull.every}`,
    `--concurrency=${cull.concurrency}`,
  ]
  return [...options, `--max-age=${cull.max_age}`].join(' ')
}

function values(config: Config, inputs: Inputs, limits: Limits): object {
  return {
    hub: generation('hub', inputs),
    server: generation('server', inputs),
    user: generation('user', inputs),
    release: inputs.release.path,
    node: inputs.release.node,
    homes: config.homes.path,
    mount: config.homes.mount,
    // What lies under /home is hidden already.
    hidden: !`${config.homes.path}/`.startsWith('/home/'),
    limits: unitLimits(limits),
    shm: limits.sharedMemory,
    memory: limits.allMemory,
    tasks: limits.allTasks,
    api: `${API}${config.base_url}hub/api`,
    options: cullerOptions(config),
    // Any other way of logging in has to reach somebody over the network.
    offline: config.auth.type === 'password',
  }
}

const file = (path: string, text: string): File => ({ kind: 'file', path, text, mode: 0o644, ...ROOT })

/** The unit files, and the list of folders that are made at every start of the machine. */
export function unitFiles(config: Config, inputs: Inputs, limits: Limits): File[] {
  const given = values(config, inputs, limits)
  const folders = volatile.map((folder) => ({ ...folder, mode: folder.mode.toString(8).padStart(4, '0') }))
  return [
    file('/etc/tmpfiles.d/tljh.conf', render(inputs.assets, 'etc/tmpfiles.d/tljh.conf', { folders })),
    ...FILES.map((name) => file(unitPath(name), render(inputs.assets, `etc/systemd/system/${name}`, given))),
  ]
}

function running(name: string, reads: readonly string[], more: Partial<Unit> = {}): Unit {
  return { kind: 'unit', name, state: 'running', enabled: true, reads: [unitPath(name), ...reads], ...more }
}

/** Which units run, in the order in which they start. */
export function units(config: Config, inputs: Inputs): Unit[] {
  const { enabled } = config.services.cull
  const ssh: Unit = {
    kind: 'unit',
    name: 'ssh.service',
    state: 'running',
    enabled: undefined,
    reads: [],
    reloads: ['/etc/ssh/sshd_config.d/50-tljh.conf'],
  }
  return [
    // What systemd has loaded takes a changed file in only when it is told to.
    ...INSTANCES.map((name): Unit => ({
      kind: 'unit',
      name,
      state: 'loaded',
      enabled: undefined,
      reads: [],
    })),
    running('jupyterhub-helper.socket', [], { makes: ['/run/tljh/helper.sock'] }),
    running('jupyterhub.service', [HUB_SETTINGS, CULLER_TOKEN, CLI_TOKEN], {
      readsIn: ['/opt/tljh/config/jupyterhub_config.d'],
      reloadTests: true,
      makes: ['/run/tljh-hub/hub.sock'],
    }),
    running('jupyterhub-proxy.service', [], {
      reloads: [NGINX_CONF],
      reloadsIn: ['/opt/tljh/config/nginx.d'],
      reloadTests: true,
    }),
    enabled
      ? running('jupyterhub-culler.service', [CULLER_TOKEN])
      : { kind: 'unit', name: 'jupyterhub-culler.service', state: 'stopped', enabled: false, reads: [] },
    ...(inputs.machine.hasSsh ? [ssh] : []),
  ]
}
