/** Facts about file systems and cgroups, both read from the mount table. Parsers are pure. */
import type { Reader, Room } from '../host/host.ts'
import { resolveLink } from './careful-reader.ts'

interface Mount {
  readonly point: string
  readonly type: string
  /** Options of the mount and of the file system below it, together. */
  readonly options: ReadonlySet<string>
}

/** mountinfo writes blanks and backslashes in a path as octal: `\040`. */
function unescape(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCodePoint(Number.parseInt(digits, 8)),
  )
}

/** Text of /proc/self/mountinfo, in the order of mounting. */
export function parseMounts(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before, after] = line.split(' - ')
    const [, , , , point, options] = before?.split(' ') ?? []
    const [type, , superOptions = ''] = after?.split(' ') ?? []
    if (point === undefined || options === undefined || type === undefined) return []
    return [{ point: unescape(point), type, options: new Set(`${options},${superOptions}`.split(',')) }]
  })
}

/** The mount that holds a path: the longest point above it, and of several at one point the last. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  const above = mounts.filter(({ point }) => point === '/' || `${path}/`.startsWith(`${point}/`))
  return above.reduce<Mount | undefined>(
    (best, mount) => (best === undefined || mount.point.length >= best.point.length ? mount : best),
    undefined,
  )
}

export interface Cgroups {
  readonly version: 1 | 2
  /** Controllers that can be used, sorted. */
  readonly controllers: readonly string[]
  /** v1 controllers that are mounted read-only: limits on them are recorded and not enforced. */
  readonly readOnly: readonly string[]
}

const CONTROLLERS = ['cpu', 'memory', 'pids', 'io', 'blkio', 'cpuset', 'cpuacct', 'devices', 'freezer']

/** The mount table, and the text of /sys/fs/cgroup/cgroup.controllers (version 2 only). */
export function parseCgroups(mounts: readonly Mount[], controllers: string): Cgroups {
  const root = mounts.findLast(({ point }) => point === '/sys/fs/cgroup')
  if (root?.type === 'cgroup2') {
    return { version: 2, controllers: controllers.split(/\s+/).filter(Boolean).toSorted(), readOnly: [] }
  }
  const hierarchies = mounts.filter(({ type }) => type === 'cgroup')
  const within = (group: readonly Mount[]): readonly string[] =>
    CONTROLLERS.filter((name) => group.some(({ options }) => options.has(name))).toSorted()
  const writable = within(hierarchies.filter(({ options }) => !options.has('ro')))
  return {
    version: 1,
    controllers: writable,
    readOnly: within(hierarchies).filter((name) => !writable.includes(name)),
  }
}

/** One of the folders we write to. */
export interface Place {
  readonly path: string
  /** Where its file system is mounted. */
  readonly point: string
  readonly options: ReadonlySet<string>
  /** undefined when the file system does not tell. */
  readonly room?: Room
}

/** Folders whose file systems matter. */
export const PLACES = ['/opt', '/home', '/var', '/tmp'] as const

async function readPlace(reader: Reader, path: string, mounts: readonly Mount[]): Promise<Place> {
  const real = await resolveLink(reader, path)
  const mount = mountOf(real, mounts)
  const place = { path, point: mount?.point ?? '/', options: mount?.options ?? new Set<string>() }
  try {
    return { ...place, room: await reader.room(real) }
  } catch {
    return place
  }
}

/** Mount options and free room of the folders we write to, and the cgroups, from one look at the mount table. */
export async function readStorage(reader: Reader): Promise<{ places: readonly Place[]; cgroups: Cgroups }> {
  const [mountinfo = '', controllers = ''] = await Promise.all([
    reader.readFile('/proc/self/mountinfo'),
    reader.readFile('/sys/fs/cgroup/cgroup.controllers'),
  ])
  const mounts = parseMounts(mountinfo)
  const places = await Promise.all(PLACES.map((path) => readPlace(reader, path, mounts)))
  return { places, cgroups: parseCgroups(mounts, controllers) }
}
