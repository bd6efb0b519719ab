/** People in the ledger, as the commands need them. */
import { UsageError } from '../errors.ts'
import type { Host, Reader } from '../host/host.ts'
import type { Ledger, Person } from '../people/ledger.ts'
import { parseHubName } from '../people/names.ts'
import { hashOneTimePassword, hashPassword, oneTimePassword, weakness } from '../people/passwords.ts'
import { withLedger } from './census.ts'
import type { Context } from './context.ts'
import { readInput } from './input.ts'
import { writeSlips } from './slip-file.ts'

/** Paths of login shells that need no quoting anywhere. */
export const SHELL = /^(?:\/[A-Za-z0-9._+-]+)+$/

/** A hub name given on the command line, in its normal form. @throws UsageError with the reason */
export function nameArgument(text: string): string {
  const parsed = parseHubName(text)
  if (!parsed.ok) throw new UsageError(parsed.reason)
  return parsed.name
}

/** The password in the first line of a file. @throws UsageError when there is none or it is too weak */
export async function passwordFromFile(host: Host, path: string, name: string): Promise<string> {
  const text = await readInput(host, path)
  return acceptable(text.split('\n')[0] ?? '', name)
}

/** The password itself when it is strong enough. @throws UsageError that says what is missing */
export function acceptable(password: string, name: string): string {
  const reason = weakness(password, name)
  if (reason !== undefined) throw new UsageError(`the password for ${name} is refused: ${reason}`)
  return password
}

/** The person of a name in normal form. @throws UsageError when there is none */
export function personOf(ledger: Ledger, name: string): Person {
  const person = ledger.find(name)
  if (person === undefined || person.state === 'gone') {
    throw new UsageError(`${name} is nobody of this hub; to add them: sudo tljh user add ${name}`)
  }
  return person
}

/** A password that is shown this once; none for somebody who has one. */
export interface Given {
  readonly name: string
  readonly password: string | undefined
}

/** Gives a one-time password to everybody who has no password. */
export function givePasswords(ledger: Ledger, names: readonly string[]): readonly Given[] {
  return names.map((name) => ({
    name,
    password: ledger.passwords.find(name) === undefined ? givePassword(ledger, name) : undefined,
  }))
}

function show({ output }: Context, given: readonly Given[]): void {
  for (const { name, password } of given) {
    if (password === undefined)
      output.line(`${name} has a password already; for a new one: sudo tljh user password ${name}`)
    else output.line(`${name}  one-time password: ${output.strong(password)}`)
  }
}

/**
 * Hands passwords out: on the screen, or on slips to print. They count once the slips are written: whoever is killed
 * in between gets new slips with the same command. With --json the caller prints what comes back.
 */
export async function handOut(
  context: Context,
  give: (ledger: Ledger) => readonly Given[],
  slips?: string,
): Promise<readonly Given[]> {
  const given = await withLedger(context.host, (ledger) =>
    ledger.attempt(true, async () => {
      const people = give(ledger)
      if (slips !== undefined) await writeSlips(context, slips, people)
      return people
    }),
  )
  if (slips === undefined && !context.output.json) show(context, given)
  return given
}

/** A process of somebody. */
export interface Process {
  readonly pid: number
  readonly command: string
}

/** What runs with a uid, real or effective. @param uid number of the account */
export async function processesOf(reader: Reader, uid: number): Promise<readonly Process[]> {
  const { stdout } = await reader.query(['ps', '-U', String(uid), '-u', String(uid), '-o', 'pid=,args='])
  return stdout.split('\n').flatMap((line) => {
    const [, pid, command] = /^\s*(\d+) (.*)$/.exec(line) ?? []
    return pid === undefined ? [] : [{ pid: Number(pid), command: command ?? '' }]
  })
}

/** Sets a password the person keeps, or a one-time password, which is returned. */
export function givePassword(ledger: Ledger, name: string, chosen?: string): string | undefined {
  if (chosen !== undefined) {
    ledger.passwords.set(name, hashPassword(chosen), false)
    return undefined
  }
  const oneTime = oneTimePassword()
  ledger.passwords.set(name, hashOneTimePassword(oneTime), true)
  return oneTime
}
