/** Debian packages: one call of apt-get for all that are missing. */
import type { Step } from '../host/step.ts'
import type { Kind } from './kind.ts'

export interface AptPackages {
  readonly kind: 'apt-packages'
  readonly names: readonly string[]
  /** Units of those packages that we run in our own way: kept from starting when the package is put in. */
  readonly mask: readonly string[]
}

export interface AptState {
  readonly installed: ReadonlySet<string>
  /** Units that are masked now. */
  readonly masked: ReadonlySet<string>
  /** Lists of package sources are there and not older than a day: what older ones name is no longer on the servers. */
  readonly listed: boolean
  /** A package was left unpacked but not configured by an interrupted run. */
  readonly broken: boolean
}

/** Packages that `dpkg-query -W -f '${Package} ${Status}\n'` calls installed. */
export function parseInstalled(text: string): { installed: Set<string>; broken: boolean } {
  const rows = text.split('\n').map((line) => line.trim().split(/\s+/))
  const installed = rows.filter(([, , , state]) => state === 'installed').map(([name = '']) => name)
  const half = /^(unpacked|half-configured|half-installed|triggers-awaited|triggers-pending)$/
  return { installed: new Set(installed), broken: rows.some(([, , , state = '']) => half.test(state)) }
}

/** Ten minutes: a slow mirror, and another apt that has to end first. */
const APT_TIMEOUT_MS = 600_000
/** Seconds that apt waits for another apt before it gives up. */
const LOCK_WAIT = 300

const aptGet = (...words: string[]): Step => ({
  do: 'run',
  argv: ['apt-get', '-q', '-o', `DPkg::Lock::Timeout=${LOCK_WAIT}`, '-o', 'Acquire::Retries=3', ...words],
  timeoutMs: APT_TIMEOUT_MS,
})

const LISTS = '/var/lib/apt/lists'
const DAY_MS = 86_400_000

const UNIT_FOLDER = '/etc/systemd/system'

export const aptPackages: Kind<AptPackages, AptState> = {
  async observe(reader, want) {
    const format = '${Package} ${Status}\n'
    const [{ stdout }, lists, refreshed, updates, links] = await Promise.all([
      reader.query(['dpkg-query', '--show', `--showformat=${format}`]),
      reader.list(LISTS),
      reader.lstat(LISTS).then((state) => state?.mtimeMs ?? Infinity),
      // Files that dpkg leaves here when it is killed; until they are taken in, apt refuses to work.
      reader.list('/var/lib/dpkg/updates'),
      Promise.all(want.mask.map((unit) => reader.readLink(`${UNIT_FOLDER}/${unit}`))),
    ])
    const masked = new Set(want.mask.filter((_, index) => links[index] === '/dev/null'))
    const { installed, broken } = parseInstalled(stdout)
    return {
      installed,
      broken: broken || updates.length > 0,
      masked,
      listed: lists.some((name) => /_Packages(\.\w+)?$/.test(name)) && refreshed > Date.now() - DAY_MS,
    }
  },

  plan(want, have) {
    const missing = want.names.filter((name) => !have.installed.has(name))
    if (missing.length === 0) return []
    const mask: Step[] = want.mask
      .filter((unit) => !have.masked.has(unit))
      .map((unit) => ({ do: 'link', path: `${UNIT_FOLDER}/${unit}`, target: '/dev/null' }))
    const repair: Step[] = have.broken
      ? [{ do: 'run', argv: ['dpkg', '--configure', '-a'], timeoutMs: APT_TIMEOUT_MS }]
      : []
    const refresh = have.listed ? [] : [aptGet('update')]
    return [
      ...mask,
      ...repair,
      ...refresh,
      aptGet('install', '--yes', '--no-install-recommends', '--', ...missing),
      // What was fetched and worked out for it: 90 MB.
      aptGet('clean'),
    ]
  },
}
