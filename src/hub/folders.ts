/** The folders of the product, each with its owner. */
import type { Directory } from '../resources/directory.ts'
import { ROOT } from '../resources/owner.ts'
import { ENVIRONMENTS } from './inputs.ts'

const root = (path: string, mode = 0o755): Directory => ({ kind: 'directory', path, mode, ...ROOT })

/** Folders that only root writes; needed before anything else. */
export const early: readonly Directory[] = [
  root('/opt/tljh'),
  root('/opt/tljh/state', 0o700),
  root('/opt/tljh/config'),
  root('/opt/tljh/config/rosters', 0o700),
  root('/opt/tljh/hub-config'),
  root('/opt/tljh/proxy'),
  root('/opt/tljh/python'),
  root('/opt/tljh/cache', 0o700),
  root('/opt/tljh/env'),
  ...ENVIRONMENTS.map((kind) => root(`/opt/tljh/env/${kind}`)),
]

/** The operator's own additions: read by the one service that they are for, since they may hold secrets. */
export const additions: readonly Directory[] = [
  {
    kind: 'directory',
    path: '/opt/tljh/config/jupyterhub_config.d',
    mode: 0o750,
    owner: 'root',
    group: 'tljh-hub',
  },
  { kind: 'directory', path: '/opt/tljh/config/nginx.d', mode: 0o750, owner: 'root', group: 'tljh-proxy' },
]

/** Folders under /run: made now, and by tmpfiles at every start of the machine. */
export const volatile: readonly Directory[] = [
  root('/run/tljh'),
  root('/run/tljh/user'),
  root('/run/tljh/env', 0o700),
  root('/run/tljh/lock', 0o700),
  root('/run/tljh/rt'),
  root('/run/tljh/reloaded', 0o700),
  { kind: 'directory', path: '/run/tljh-hub', mode: 0o2710, owner: 'tljh-hub', group: 'tljh-sock' },
]
