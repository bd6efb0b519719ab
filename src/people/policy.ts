/**
 * The policy: what holds for everybody's account and server. Written from the config by `tljh reconfigure`, read by the
 * helper at every request. Who may do what stands in the ledger.
 */
import { HostError } from '../errors.ts'
import { type Fields, isFields, oddKey } from '../fields.ts'
import { escapeName } from './names.ts'

/** Limits of a user's server, as systemd's own properties. */
export interface Limits {
  /** Bytes, or `infinity`. */
  readonly MemoryMax: string
  /** Per cent of one core as `150%`; empty for none. */
  readonly CPUQuota: string
  /** Number, or `infinity`. */
  readonly TasksMax: string
}

export interface Policy {
  readonly version: 2
  /** Groups that whoever is not listed is taken out of. */
  readonly managedGroups: readonly string[]
  readonly limits: Limits
  /** The folder that holds the homes. */
  readonly homes: string
  /** True when that folder must be a mounted one. */
  readonly mount: boolean
  readonly shell: string
  /** First and last number for new uids and gids. */
  readonly uidMin: number
  readonly uidMax: number
}

const GROUP = /^[a-z_][a-z0-9_-]{0,31}$/
const PATH = /^(?:\/[a-zA-Z0-9_][a-zA-Z0-9._-]*)+$/
/** Below are the system's own accounts (Debian policy, 9.2.2). */
const UID_LOWEST = 1000
/** Highest number useradd hands out by itself (UID_MAX of login.defs); systemd takes the ones from 61 184 on. */
const UID_HIGHEST = 60_000

function wrong(key: string, expected: string): HostError {
  const place = key === '' ? 'the policy' : `the policy: ${key}`
  return new HostError(`${place}: expected ${expected}; run \`tljh reconfigure\` to write it again`)
}

function fieldsOf(value: unknown, key: string): Fields {
  if (!isFields(value)) throw wrong(key, 'an object')
  return value
}

function exactly(fields: Fields, keys: readonly string[], key: string): void {
  const odd = oddKey(fields, keys)
  if (odd === undefined) return
  throw wrong(key, 'unknown' in odd ? `no key \`${escapeName(odd.unknown)}\`` : `a key \`${odd.missing}\``)
}

function textOf(value: unknown, key: string, pattern: { shape: RegExp; say: string }): string {
  if (typeof value !== 'string' || !pattern.shape.test(value)) throw wrong(key, pattern.say)
  return value
}

function groupsOf(value: unknown, key: string): readonly string[] {
  if (!Array.isArray(value)) throw wrong(key, 'a list of unix groups')
  return value.map((group, at) => textOf(group, `${key}[${at}]`, { shape: GROUP, say: 'a unix group' }))
}

function limitsOf(value: unknown): Limits {
  const fields = fieldsOf(value, 'limits')
  exactly(fields, ['MemoryMax', 'CPUQuota', 'TasksMax'], 'limits')
  const number = { shape: /^(?:[1-9][0-9]{0,18}|infinity)$/, say: 'a number as text, or "infinity"' }
  const share = { shape: /^(?:[0-9]{1,7}(?:\.[0-9]{1,2})?%)?$/, say: 'per cent such as "150%", or ""' }
  const { MemoryMax, CPUQuota, TasksMax } = fields
  return {
    MemoryMax: textOf(MemoryMax, 'limits.MemoryMax', number),
    CPUQuota: textOf(CPUQuota, 'limits.CPUQuota', share),
    TasksMax: textOf(TasksMax, 'limits.TasksMax', number),
  }
}

function rangeOf(low: unknown, high: unknown): { uidMin: number; uidMax: number } {
  const inside = (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= UID_LOWEST && value <= UID_HIGHEST
  if (!inside(low)) throw wrong('uidMin', `a number from ${UID_LOWEST} to ${UID_HIGHEST}`)
  if (!inside(high) || high < low) throw wrong('uidMax', `a number from uidMin to ${UID_HIGHEST}`)
  return { uidMin: low, uidMax: high }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw wrong('', 'JSON')
  }
}

const KEYS = ['version', 'managedGroups', 'limits', 'homes', 'mount', 'shell', 'uidMin', 'uidMax']

/** Reads a policy; whatever is missing, unknown or of the wrong shape is refused. @throws HostError with the key */
export function parsePolicy(text: string): Policy {
  const fields = fieldsOf(json(text), '')
  exactly(fields, KEYS, '')
  const { version, managedGroups, limits, homes, mount, shell, uidMin, uidMax } = fields
  if (version !== 2) throw wrong('version', '2')
  if (typeof mount !== 'boolean') throw wrong('mount', 'true or false')
  return {
    version,
    managedGroups: groupsOf(managedGroups, 'managedGroups'),
    limits: limitsOf(limits),
    homes: textOf(homes, 'homes', { shape: PATH, say: 'an absolute path' }),
    mount,
    shell: textOf(shell, 'shell', { shape: PATH, say: 'an absolute path' }),
    ...rangeOf(uidMin, uidMax),
  }
}

/** The text of a policy: the same policy always gives the same text. */
export function formatPolicy(policy: Policy): string {
  return `${JSON.stringify(policy, undefined, 1)}\n`
}
