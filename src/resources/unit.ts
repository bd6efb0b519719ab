/** The state of a systemd unit whose file is a resource of its own: enabled, running, and newer than what it reads. */
import type { PathState, Reader } from '../host/host.ts'
import type { Step } from '../host/step.ts'
import type { Kind } from './kind.ts'

export interface Unit {
  readonly kind: 'unit'
  /** Full name, such as jupyterhub.service; with state `loaded` also a pattern of instances, such as jupyter@*.service. */
  readonly name: string
  readonly state: 'running' | 'stopped' | 'loaded'
  /** Whether it starts with the machine; undefined for units without an [Install] section. */
  readonly enabled: boolean | undefined
  /** Files that the process reads when it starts: one newer than the start means a restart. */
  readonly reads: readonly string[]
  /** Files that the process can take in while it runs. */
  readonly reloads?: readonly string[]
  /** Files that lie in a folder and count as read. */
  readonly readsIn?: readonly string[]
}

export interface UnitState {
  readonly active: string
  readonly enabled: boolean
  readonly needReload: boolean
  /** Start of the running process, milliseconds since 1970; undefined when it does not run. */
  readonly startedMs: number | undefined
  /** Last reload or start, as far as a file of ours can tell. */
  readonly newestRead: number
  readonly newestReload: number
}

/** Milliseconds since 1970 of systemd's `us+utc` timestamps, such as "Sun 2026-11-22 19:52:00.123456 UTC". */
export function parseTimestamp(text: string): number | undefined {
  const [, date, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) UTC/.exec(text) ?? []
  return date === undefined || time === undefined ? undefined : Date.parse(`${date}T${time}Z`)
}

/** `KEY=VALUE` lines of `systemctl show`. */
export function parseShow(text: string): Record<string, string> {
  const pairs = text.split('\n').map((line): [string, string] => {
    const [key = '', ...value] = line.split('=')
    return [key, value.join('=')]
  })
  return Object.fromEntries(pairs.filter(([key]) => key !== ''))
}

/** A service that systemd started again by itself was never inactive in between: the start of its process counts. */
function startOf(show: Record<string, string>): number | undefined {
  const times = [show['ExecMainStartTimestamp'], show['InactiveExitTimestamp']].map((text) =>
    parseTimestamp(text ?? ''),
  )
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : Math.max(...known)
}

const PROPERTIES = 'ActiveState,UnitFileState,NeedDaemonReload,InactiveExitTimestamp,ExecMainStartTimestamp'

async function newest(reader: Reader, paths: readonly string[]): Promise<number> {
  const states = await Promise.all(paths.map((path) => reader.lstat(path)))
  const times = states
    .filter((state): state is PathState => state !== undefined)
    .map(({ mtimeMs }) => mtimeMs)
  return Math.max(0, ...times)
}

async function filesIn(reader: Reader, folders: readonly string[]): Promise<string[]> {
  const names = await Promise.all(folders.map((folder) => reader.list(folder)))
  return folders.flatMap((folder, index) => [
    folder,
    ...(names[index] ?? []).map((name) => `${folder}/${name}`),
  ])
}

/** Where a service leaves the time of its last reload; made by the reload itself. */
export const reloadMark = (unit: string): string => `/run/tljh/reloaded/${unit}`

async function observe(reader: Reader, want: Unit): Promise<UnitState> {
  const ask = ['systemctl', 'show', '--timestamp=us+utc', `--property=${PROPERTIES}`, '--', want.name]
  const [{ stdout }, more] = await Promise.all([reader.query(ask), filesIn(reader, want.readsIn ?? [])])
  const show = parseShow(stdout)
  const [newestRead, newestReload, mark] = await Promise.all([
    newest(reader, [...want.reads, ...more]),
    newest(reader, want.reloads ?? []),
    newest(reader, [reloadMark(want.name)]),
  ])
  return {
    active: show['ActiveState'] ?? 'inactive',
    enabled: (show['UnitFileState'] ?? '').startsWith('enabled'),
    needReload: /^NeedDaemonReload=yes$/m.test(stdout),
    startedMs: startOf(show),
    newestRead,
    newestReload: newestReload > mark ? newestReload : 0,
  }
}

const systemctl = (...argv: string[]): Step => ({
  do: 'run',
  argv: ['systemctl', ...argv],
  timeoutMs: 180_000,
})

function enablement(want: Unit, have: UnitState): Step[] {
  if (want.enabled === undefined || want.enabled === have.enabled) return []
  return [systemctl(want.enabled ? 'enable' : 'disable', '--quiet', '--', want.name)]
}

function running({ name }: Unit, have: UnitState): Step[] {
  const started = have.startedMs ?? 0
  if (have.active === 'failed') return [systemctl('reset-failed', '--', name), systemctl('start', '--', name)]
  if (have.active !== 'active') return [systemctl('start', '--', name)]
  if (have.newestRead > started) return [systemctl('restart', '--', name)]
  if (have.newestReload <= started) return []
  const mark = reloadMark(name)
  return [
    systemctl('reload', '--', name),
    { do: 'write', path: mark, text: '', mode: 0o644, owner: 'root', group: 'root' },
  ]
}

export const unit: Kind<Unit, UnitState> = {
  observe,
  plan(want, have) {
    const reload = have.needReload ? [systemctl('daemon-reload')] : []
    const stop =
      have.active === 'inactive' || have.active === 'failed' ? [] : [systemctl('stop', '--', want.name)]
    const act = { running: () => running(want, have), stopped: () => stop, loaded: () => [] }[want.state]()
    return [...reload, ...enablement(want, have), ...act]
  },
}
