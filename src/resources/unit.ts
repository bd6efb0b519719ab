/** The state of a systemd unit whose file is a resource of its own: enabled, running, and newer than what it reads. */
import type { PathState, Reader } from '../host/host.ts'
import type { CommandStep, Step } from '../host/step.ts'
import { parseShow } from '../host/systemctl.ts'
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
  /** Folders whose files count as read, or as taken in while it runs. */
  readonly readsIn?: readonly string[]
  readonly reloadsIn?: readonly string[]
  /** Its reload refuses files that it could not start with: asked before a restart, so that a mistake stops nothing. */
  readonly reloadTests?: boolean
  /** Paths that are there while it runs: one that is gone means a restart. */
  readonly makes?: readonly string[]
}

export interface UnitState {
  readonly active: string
  readonly enabled: boolean
  /** systemd has to read its unit files again. */
  readonly needReload: boolean
  /** Start of the running process, milliseconds since 1970; undefined when it does not run. */
  readonly startedMs: number | undefined
  /** Last reload or start, as far as a file of ours can tell. */
  readonly newestRead: number
  readonly newestReload: number
  /** Something that it makes is gone. */
  readonly broken: boolean
}

/** Milliseconds since 1970 of systemd's `us+utc` timestamps, such as "Sun 2026-11-22 19:52:00.123456 UTC". */
export function parseTimestamp(text: string): number | undefined {
  const [, date, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) UTC/.exec(text) ?? []
  return date === undefined || time === undefined ? undefined : Date.parse(`${date}T${time}Z`)
}

/** A service that systemd started again by itself was never inactive in between: the start of its process counts. */
function startOf(show: Readonly<Record<string, string>>): number | undefined {
  const times = [show['ExecMainStartTimestamp'], show['InactiveExitTimestamp']].map((text) =>
    parseTimestamp(text ?? ''),
  )
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : Math.max(...known)
}

const PROPERTIES =
  'LoadState,ActiveState,UnitFileState,NeedDaemonReload,InactiveExitTimestamp,ExecMainStartTimestamp'

async function newest(reader: Reader, paths: readonly string[]): Promise<number> {
  const states = await Promise.all(paths.map((path) => reader.lstat(path)))
  const times = states
    .filter((state): state is PathState => state !== undefined)
    .map(({ mtimeMs }) => mtimeMs)
  return Math.max(0, ...times)
}

async function filesIn(reader: Reader, folders: readonly string[] = []): Promise<string[]> {
  const names = await Promise.all(folders.map((folder) => reader.list(folder)))
  return folders.flatMap((folder, index) => [
    folder,
    ...(names[index] ?? []).map((name) => `${folder}/${name}`),
  ])
}

async function anyMissing(reader: Reader, paths: readonly string[] = []): Promise<boolean> {
  const states = await Promise.all(paths.map((path) => reader.lstat(path)))
  return states.includes(undefined)
}

/** Where a service leaves the time of its last reload; made by the reload itself. */
export const reloadMark = (unit: string): string => `/run/tljh/reloaded/${unit}`

async function readTimes(
  reader: Reader,
  { name, reads, readsIn, reloads = [], reloadsIn, makes }: Unit,
): Promise<Pick<UnitState, 'newestRead' | 'newestReload' | 'broken'>> {
  const [read, reloaded] = await Promise.all([filesIn(reader, readsIn), filesIn(reader, reloadsIn)])
  const [newestRead, newestReload, mark, broken] = await Promise.all([
    newest(reader, [...reads, ...read]),
    newest(reader, [...reloads, ...reloaded]),
    newest(reader, [reloadMark(name)]),
    anyMissing(reader, makes),
  ])
  return { newestRead, newestReload: newestReload > mark ? newestReload : 0, broken }
}

/** systemd remembers UnitFileState until it reads its files again; this looks at the links themselves. */
async function linked(reader: Reader, { name, enabled }: Unit): Promise<boolean> {
  if (enabled !== true) return true
  return (await reader.query(['systemctl', 'is-enabled', '--quiet', '--', name])).code === 0
}

async function observe(reader: Reader, want: Unit): Promise<UnitState> {
  const ask = ['systemctl', 'show', '--timestamp=us+utc', `--property=${PROPERTIES}`, '--', want.name]
  const [{ stdout }, links, times] = await Promise.all([
    reader.query(ask),
    linked(reader, want),
    readTimes(reader, want),
  ])
  const show = parseShow(stdout)
  return {
    active: show['ActiveState'] ?? 'inactive',
    enabled: (show['UnitFileState'] ?? '').startsWith('enabled') && links,
    // "error" and "not-found": its file was away while it ran, and is back.
    needReload: /^(NeedDaemonReload=yes|LoadState=(error|not-found))$/m.test(stdout),
    startedMs: startOf(show),
    ...times,
  }
}

const systemctl = (...argv: string[]): CommandStep => ({
  do: 'run',
  argv: ['systemctl', ...argv],
  timeoutMs: 180_000,
})

/** What systemctl says of a failure is not the reason: that is in the journal. */
const acting = (verb: string, name: string): CommandStep => ({
  ...systemctl(verb, '--', name),
  reason: ['journalctl', '--quiet', '--no-pager', '--output=cat', '--since=@{began}', `--unit=${name}`],
})

export const reload = ({ name }: Unit): Step => acting('reload', name)

/** A restart, after the test whether it can be. */
export const restart = (want: Unit): Step[] => [
  ...(want.reloadTests === true ? [reload(want)] : []),
  acting('restart', want.name),
]

function enablement(want: Unit, have: UnitState): Step[] {
  if (want.enabled === undefined || want.enabled === have.enabled) return []
  return [systemctl(want.enabled ? 'enable' : 'disable', '--quiet', '--', want.name)]
}

function running(want: Unit, have: UnitState): Step[] {
  const { name } = want
  const started = have.startedMs ?? 0
  if (have.active === 'failed') return [systemctl('reset-failed', '--', name), acting('start', name)]
  if (have.active !== 'active') return [acting('start', name)]
  if (have.newestRead > started || have.broken) return restart(want)
  if (have.newestReload <= started) return []
  const mark = reloadMark(name)
  return [reload(want), { do: 'write', path: mark, text: '', mode: 0o644, owner: 'root', group: 'root' }]
}

export const unit: Kind<Unit, UnitState> = {
  observe,
  plan(want, have) {
    const read = have.needReload ? [systemctl('daemon-reload')] : []
    const stop =
      have.active === 'inactive' || have.active === 'failed' ? [] : [systemctl('stop', '--', want.name)]
    const act = { running: () => running(want, have), stopped: () => stop, loaded: () => [] }[want.state]()
    return [...read, ...enablement(want, have), ...act]
  },
}
