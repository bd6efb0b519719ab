/** People in the ledger, as the commands need them. */
import { UsageError } from '../errors.ts'
import { usedIds } from '../host/account-files.ts'
import type { Host } from '../host/host.ts'
import { UIDS } from '../hub/policy.ts'
import { openLedger } from '../people/ledger.ts'
import type { IdRange, Ledger } from '../people/ledger.ts'
import { parseHubName } from '../people/names.ts'
import { hashOneTimePassword, hashPassword, oneTimePassword, weakness } from '../people/passwords.ts'
import { PATHS } from './context.ts'

/** A hub name given on the command line, in its normal form. @throws UsageError with the reason */
export function nameArgument(text: string): string {
  const parsed = parseHubName(text)
  if (!parsed.ok) throw new UsageError(parsed.reason)
  return parsed.name
}

/** The password in the first line of a file. @throws UsageError when there is none or it is too weak */
export async function passwordFromFile(host: Host, path: string, name: string): Promise<string> {
  const text = await host.readFile(path)
  if (text === undefined) throw new UsageError(`there is no file ${path}`)
  return acceptable(text.split('\n')[0] ?? '', name)
}

/** The password itself when it is strong enough. @throws UsageError that says what is missing */
export function acceptable(password: string, name: string): string {
  const reason = weakness(password, name)
  if (reason !== undefined) throw new UsageError(`the password for ${name} is refused: ${reason}`)
  return password
}

/** Numbers that accounts and groups of this machine have already. */
async function idRange(host: Host): Promise<IdRange> {
  const [passwd = '', groups = ''] = await Promise.all([
    host.readFile('/etc/passwd'),
    host.readFile('/etc/group'),
  ])
  const ids = usedIds(passwd, groups)
  return { min: UIDS.min, max: UIDS.max, taken: (id) => ids.has(id) }
}

/** Opens the ledger for the work and closes it after. */
export async function withLedger<T>(host: Host, work: (ledger: Ledger, range: IdRange) => T): Promise<T> {
  const range = await idRange(host)
  const ledger = openLedger(PATHS.ledger)
  try {
    return ledger.together(() => work(ledger, range))
  } finally {
    ledger.close()
  }
}

/** Sets a password the person keeps, or a one-time password, which is returned. */
export function givePassword(ledger: Ledger, name: string, chosen?: string): string | undefined {
  if (chosen !== undefined) {
    ledger.setPassword(name, hashPassword(chosen), false)
    return undefined
  }
  const oneTime = oneTimePassword()
  ledger.setPassword(name, hashOneTimePassword(oneTime), true)
  return oneTime
}
