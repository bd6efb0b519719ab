/** The environment of a user's server: which variables the hub may set, and how systemd reads them back. Pure. */
import { escapeName } from '../people/names.ts'
import { Refusal } from './answer.ts'

/** Bytes of one value. */
const VALUE_MAX = 8192

const ALLOWED =
  /^(?:JUPYTERHUB_[A-Z_]+|JPY_API_TOKEN|MEM_LIMIT|MEM_GUARANTEE|CPU_LIMIT|CPU_GUARANTEE|LANG|LC_ALL|TZ)$/

/** Names an application or an extension to load: what runs is ours to choose. */
const CHOOSES_CODE = /^JUPYTERHUB_SINGLEUSER_/

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f]/

function checkPair(key: string, value: string): void {
  const shown = escapeName(key)
  if (!ALLOWED.test(key) || CHOOSES_CODE.test(key)) {
    throw new Refusal('bad-request', `the variable '${shown}' may not be set by the hub`)
  }
  if (CONTROL.test(value) || !value.isWellFormed()) {
    throw new Refusal('bad-request', `the value of '${shown}' has control characters`)
  }
  if (Buffer.byteLength(value) > VALUE_MAX) {
    throw new Refusal('bad-request', `the value of '${shown}' is longer than ${VALUE_MAX} bytes`)
  }
}

/** Quotes a value for EnvironmentFile=: within double quotes a backslash protects exactly these four characters. */
function quoted(value: string): string {
  return `"${value.replaceAll(/["\\$`]/g, String.raw`\$&`)}"`
}

/** The text of an environment file, sorted by name. @throws Refusal `bad-request` naming a variable that is not allowed */
export function environmentFile(env: ReadonlyMap<string, string>): string {
  const lines = [...env].map(([key, value]) => {
    checkPair(key, value)
    return `${key}=${quoted(value)}\n`
  })
  return lines.toSorted().join('')
}
