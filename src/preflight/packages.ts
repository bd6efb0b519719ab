/** Facts about apt and dpkg: locks, broken packages, package sources. Nothing is fetched. Parsers are pure. */
import type { Reader } from '../host/host.ts'
import { resolves } from './network.ts'

/** Locks that apt and dpkg take, and what each is for. */
const LOCKS = [
  '/var/lib/dpkg/lock-frontend',
  '/var/lib/dpkg/lock',
  '/var/lib/apt/lists/lock',
  '/var/cache/apt/archives/lock',
] as const

interface LockHolder {
  readonly pid: number
  readonly path: string
  readonly program: string
}

/**
 * Text of /proc/locks, and of `stat -c '%i %n'` of the lock files. Inodes are compared without the device, which overlay
 * and btrfs number differently in the two places: what comes out are candidates.
 */
export function parseLocks(locks: string, stat: string): readonly { pid: number; path: string }[] {
  const paths = new Map([...stat.matchAll(/^(\d+) (\/.*)$/gm)].map(([, inode, path]) => [inode, path]))
  return [...locks.matchAll(/^\d+: (?:POSIX|FLOCK)\s+\S+\s+WRITE (\d+) [\da-f]+:[\da-f]+:(\d+) /gm)].flatMap(
    ([, pid, inode]) => {
      const path = paths.get(inode)
      return path === undefined ? [] : [{ pid: Number(pid), path }]
    },
  )
}

async function heldBy(
  reader: Reader,
  candidate: { pid: number; path: string },
): Promise<readonly LockHolder[]> {
  const process = `/proc/${candidate.pid}`
  const files = await reader.list(`${process}/fd`)
  const targets = await Promise.all(files.map((name) => reader.readLink(`${process}/fd/${name}`)))
  // An empty list: a process that may not be looked into; then the inode alone must do.
  if (files.length > 0 && !targets.includes(candidate.path)) return []
  return [{ ...candidate, program: (await reader.readFile(`${process}/comm`))?.trim() ?? 'unknown' }]
}

/** Who holds a lock of apt or dpkg right now. */
export async function readLockHolders(reader: Reader): Promise<readonly LockHolder[]> {
  const [locks, stat] = await Promise.all([
    reader.readFile('/proc/locks'),
    reader.query(['stat', '-c', '%i %n', ...LOCKS]),
  ])
  const candidates = parseLocks(locks ?? '', stat.stdout)
  return (await Promise.all(candidates.map((candidate) => heldBy(reader, candidate)))).flat()
}

interface Dpkg {
  /** Packages that are half installed, unpacked, half configured, or marked for reinstallation. */
  readonly broken: readonly string[]
  readonly installed: ReadonlySet<string>
}

/** Output of `dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n'`: wanted state, state, error letter, name. */
export function parseDpkg(text: string): Dpkg {
  const lines = [...text.matchAll(/^[uihrp]([nciUFHWt])([ R]) +(\S+)$/gm)]
  const named = lines.map(([, state = '', error = '', name = '']) => ({ state, error, name }))
  return {
    broken: named
      .filter(({ state, error }) => 'UFH'.includes(state) || error === 'R')
      .map(({ name }) => name),
    installed: new Set(named.filter(({ state }) => 'iWt'.includes(state)).map(({ name }) => name)),
  }
}

export interface Sources {
  /** Places of packages as apt sees them: `http://deb.debian.org/debian`, `cdrom://…`. Absent on a re-run: not asked. */
  readonly sites?: readonly string[]
  /** apt's own first word about sources that it cannot use; empty when it has none. */
  readonly complaint: string
  /** Hosts that must be found to reach them: the proxy's where there is one. */
  readonly hosts: readonly string[]
  readonly unresolved: readonly string[]
  readonly proxied: boolean
}

/** Hosts of addresses, without user name, password and path, each once. */
export function hostsOf(addresses: readonly string[]): readonly string[] {
  const hosts = addresses.flatMap(
    (text) => /^[a-z+]+:\/\/(?:[^/@]*@)?(\[[^\]]+\]|[^/:]+)/.exec(text)?.[1] ?? [],
  )
  return [...new Set(hosts.map((host) => host.replaceAll(/[[\]]/g, '')))].toSorted()
}

/** Addresses of proxies from `apt-config shell NAME Acquire::http::Proxy …` and `printenv http_proxy …`. */
export function parseProxies(aptConfig: string, environment: string): readonly string[] {
  const set = [...aptConfig.matchAll(/^\w+='(.*)'$/gm)].flatMap(([, value]) => value ?? [])
  return [...set, ...environment.split('\n')].filter((text) => /^[a-z+]+:\/\//.test(text))
}

/** Output of `apt-get --print-uris update`: one line a file to fetch, of which `InRelease` is there once a source. */
export function parseSites(text: string): readonly string[] {
  const releases = [...text.matchAll(/^'([a-z+]+:[^'\n]*)\/InRelease' /gm)].flatMap(
    ([, address]) => address ?? [],
  )
  return [...new Set(releases.map((address) => address.replace(/\/(dists\/.*|\.)$/, '')))]
}

/** Debian's cloud images name a file that lists the mirrors: `mirror+file:/etc/apt/mirrors/debian.list`. */
async function mirrors(reader: Reader, site: string): Promise<readonly string[]> {
  const path = /^mirror\+file:\/*(\/.*)$/.exec(site)?.[1]
  if (path === undefined) return [site]
  const text = (await reader.readFile(path)) ?? ''
  return text.split('\n').flatMap((line) => /^\s*([a-z+]+:\S+)/.exec(line)?.[1] ?? [])
}

const PROXY_KEYS = ['HTTP', 'Acquire::http::Proxy', 'HTTPS', 'Acquire::https::Proxy']
const PROXY_NAMES = ['http_proxy', 'https_proxy', 'all_proxy', 'HTTPS_PROXY', 'ALL_PROXY']

/**
 * Package sources by apt's own reading, and whether the hosts behind them are found. Fetches nothing, writes nothing,
 * takes no lock. (`apt-get indextargets` says nothing on a machine that never fetched its lists.)
 */
export async function readSources(reader: Reader): Promise<Sources> {
  const [uris, aptConfig, environment] = await Promise.all([
    reader.query(['apt-get', '-q', '--print-uris', 'update']),
    reader.query(['apt-config', 'shell', ...PROXY_KEYS]),
    reader.query(['printenv', ...PROXY_NAMES]),
  ])
  const sites = [
    ...new Set((await Promise.all(parseSites(uris.stdout).map((site) => mirrors(reader, site)))).flat()),
  ]
  const complaint = uris.code === 0 ? '' : (/^E: (.*)$/m.exec(uris.stderr)?.[1] ?? '')
  const proxies = parseProxies(aptConfig.stdout, environment.stdout)
  const hosts = hostsOf(
    proxies.length > 0 ? proxies : sites.filter((site) => !/^(file|copy|cdrom):/.test(site)),
  )
  const found = await Promise.all(hosts.map((host) => resolves(reader, host)))
  const unresolved = hosts.filter((_, index) => found[index] !== true)
  return { sites, complaint, hosts, unresolved, proxied: proxies.length > 0 }
}

export interface Packages {
  readonly apt: boolean
  /** dpkg's name for this machine's programs: amd64, arm64, armhf. Empty without dpkg. */
  readonly architecture: string
  readonly dpkg: Dpkg
  /** dpkg was stopped in the middle of writing its list: apt refuses to work. */
  readonly interrupted: boolean
  readonly holders: readonly LockHolder[]
  /** Units of the nightly updates that run now. */
  readonly updating: readonly string[]
  readonly sources: Sources
}

const NIGHTLY = ['apt-daily.service', 'apt-daily-upgrade.service'] as const

async function readUpdating(reader: Reader): Promise<readonly string[]> {
  const { stdout } = await reader.query(['systemctl', 'is-active', ...NIGHTLY])
  const states = stdout.split('\n')
  return NIGHTLY.filter((_, index) => ['active', 'activating'].includes(states[index] ?? ''))
}

const NOT_ASKED: Sources = { complaint: '', hosts: [], unresolved: [], proxied: false }

/** State of apt and dpkg; package sources only when `withSources` (first install only). */
export async function readPackages(reader: Reader, withSources: boolean): Promise<Packages> {
  const [apt, architecture, list, updates, holders, updating, sources] = await Promise.all([
    reader.lstat('/usr/bin/apt-get'),
    reader.query(['dpkg', '--print-architecture']),
    reader.query(['dpkg-query', '-W', '-f', '${db:Status-Abbrev} ${Package}\n']),
    reader.list('/var/lib/dpkg/updates'),
    readLockHolders(reader),
    readUpdating(reader),
    withSources ? readSources(reader) : NOT_ASKED,
  ])
  return {
    apt: apt !== undefined,
    architecture: architecture.stdout.trim(),
    dpkg: parseDpkg(list.stdout),
    interrupted: updates.length > 0,
    holders,
    updating,
    sources,
  }
}
