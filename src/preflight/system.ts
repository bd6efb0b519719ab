/** Facts about the system itself: distribution, architecture, memory, systemd, Python, security modules. Parsers are pure. */
import type { Reader } from '../host/host.ts'
import { resolveLink } from './careful-reader.ts'

export interface Distribution {
  /** `ID`, lower case; empty when the machine does not say. */
  readonly id: string
  /** `VERSION_ID`; empty for Debian testing and unstable. */
  readonly version: string
  /** Name for people. */
  readonly name: string
}

/** Text of os-release, quoted or not. */
export function parseOsRelease(text: string): Distribution {
  const lines = [...text.matchAll(/^([A-Z_]+)=(["']?)(.*)\2\s*$/gm)]
  const values = new Map(lines.map(([, key, , value]) => [key, value?.replaceAll(/\\(.)/g, '$1') ?? '']))
  const id = (values.get('ID') ?? '').toLowerCase()
  return { id, version: values.get('VERSION_ID') ?? '', name: values.get('PRETTY_NAME') ?? id }
}

export interface Memory {
  /** What this machine may use: the smaller of memory and the limit of its container. */
  readonly totalBytes: number
  readonly swapBytes: number
}

/** Text of /proc/meminfo (in KiB) and the limits that cgroups may set on a container ("max" and huge numbers are none). */
export function parseMemory(meminfo: string, limits: readonly string[] = []): Memory {
  const kib = (key: string): number =>
    Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(meminfo)?.[1] ?? 0)
  const limited = limits
    .map((text) => text.trim())
    .filter((text) => /^\d+$/.test(text))
    .map(Number)
  return { totalBytes: Math.min(kib('MemTotal') * 1024, ...limited), swapBytes: kib('SwapTotal') * 1024 }
}

/** First line of `systemctl --version`; 0 when there is no systemd. */
export function parseSystemdVersion(text: string): number {
  return Number(/^systemd (\d+)/.exec(text)?.[1] ?? 0)
}

/** Output of `python3 -V`; undefined when it is none. */
export function parsePythonVersion(text: string): string | undefined {
  return /^Python (\d+\.\d+\.\d+)/.exec(text)?.[1]
}

/** Output of `getconf GNU_LIBC_VERSION`: `2.36`, or empty where the C library is another one (musl). */
export function parseGlibc(text: string): string {
  return /^glibc (\d+\.\d+)/.exec(text)?.[1] ?? ''
}

/** Effective user id from /proc/self/status; -1 when unreadable. */
export function parseEffectiveUid(status: string): number {
  return Number(/^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1] ?? -1)
}

export interface Python {
  readonly version: string
  /** The program itself, behind the links. */
  readonly binary: string
}

/** The distribution's Python, never one from /usr/local or a version manager. */
export async function readPython(reader: Reader): Promise<Python | undefined> {
  const binary = await resolveLink(reader, '/usr/bin/python3')
  const { code, stdout } = await reader.query([binary, '-V'])
  const version = code === 0 ? parsePythonVersion(stdout) : undefined
  return version === undefined ? undefined : { version, binary }
}

/** The distribution, from either place of os-release. */
export async function readDistribution(reader: Reader): Promise<Distribution> {
  const text = (await reader.readFile('/etc/os-release')) ?? (await reader.readFile('/usr/lib/os-release'))
  return parseOsRelease(text ?? '')
}

/** Memory with the limits of cgroups v2 and v1; a machine that is no container has neither file set. */
export async function readMemory(reader: Reader): Promise<Memory> {
  const paths = ['/proc/meminfo', '/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes']
  const [meminfo = '', ...limits] = await Promise.all(paths.map((path) => reader.readFile(path)))
  return parseMemory(
    meminfo,
    limits.map((text) => text ?? ''),
  )
}

export type Confinement = 'none' | 'apparmor' | 'selinux permissive' | 'selinux enforcing'

/** Text of AppArmor's `enabled` parameter and of SELinux' `enforce` file, where they exist. */
export function parseConfinement(apparmor: string | undefined, selinux: string | undefined): Confinement {
  if (selinux?.trim() === '1') return 'selinux enforcing'
  if (selinux !== undefined) return 'selinux permissive'
  return apparmor?.trim() === 'Y' ? 'apparmor' : 'none'
}

/** Which security module confines programs here. */
export async function readConfinement(reader: Reader): Promise<Confinement> {
  const paths = ['/sys/module/apparmor/parameters/enabled', '/sys/fs/selinux/enforce']
  const [apparmor, selinux] = await Promise.all(paths.map((path) => reader.readFile(path)))
  return parseConfinement(apparmor, selinux)
}

export interface Clock {
  /** Seconds since 1970. */
  readonly now: number
  /** When the distribution's os-release was made, same unit: the clock cannot be before it. 0 when unknown. */
  readonly built: number
  /** undefined when nothing on the machine says. */
  readonly synchronised?: boolean
}

/** The clock, by `date`, with two witnesses. */
export async function readClock(reader: Reader): Promise<Clock> {
  const [date, file, ntp] = await Promise.all([
    reader.query(['date', '+%s']),
    reader.lstat('/usr/lib/os-release'),
    reader.query(['timedatectl', 'show', '--property=NTPSynchronized', '--value'], { timeoutMs: 900 }),
  ])
  const clock = { now: Number(date.stdout.trim()), built: Math.floor((file?.mtimeMs ?? 0) / 1000) }
  const answer = ntp.code === 0 ? ntp.stdout.trim() : ''
  return answer === '' ? clock : { ...clock, synchronised: answer === 'yes' }
}
