/** The units of one person: names, limits, start, stop, and what became of them as a sentence. */
import { StepError } from '../errors.ts'
import { parseShown } from '../host/systemctl.ts'
import type { Limits } from '../people/policy.ts'
import type { Context } from './context.ts'

/** What systemd tells about a unit. */
export interface UnitState {
  readonly unit: string
  readonly active: string
  readonly sub: string
  readonly result: string
  readonly exit: number
  readonly invocation: string
}

const SYSTEMCTL = '/usr/bin/systemctl'
/** Milliseconds; TimeoutStopSec of the user's server is 8 s. */
const STOP_MS = 20_000
const START_MS = 20_000
const TEMPLATES = ['jupyter', 'jupyter-admin']
const PROPERTIES = 'Id,ActiveState,SubState,Result,ExecMainStatus,InvocationID'

/** The service of a person: admins have a template in which sudo works. */
export function serviceOf(slug: string, admin: boolean): string {
  return `jupyter${admin ? '-admin' : ''}@${slug}.service`
}

/** The services that a person's server may be. */
export const servicesOf = (slug: string): string[] => TEMPLATES.map((name) => `${name}@${slug}.service`)
const socketsOf = (slug: string): string[] => TEMPLATES.map((name) => `${name}@${slug}.socket`)

/** Every unit that a person's server may be, the sockets first: nothing starts a service again while it stops. */
export const unitsOf = (slug: string): string[] => [...socketsOf(slug), ...servicesOf(slug)]

/** Reads the answer of `systemctl show`. */
export function parseStates(text: string): readonly UnitState[] {
  return parseShown(text).map((value) => ({
    unit: value['Id'] ?? '',
    active: value['ActiveState'] ?? 'unknown',
    sub: value['SubState'] ?? 'unknown',
    result: value['Result'] ?? 'unknown',
    exit: Number(value['ExecMainStatus'] ?? '0'),
    invocation: value['InvocationID'] ?? '',
  }))
}

function show(context: Context, units: readonly string[]): readonly UnitState[] {
  const { code, stdout } = context.hand.run([SYSTEMCTL, 'show', '--property', PROPERTIES, '--', ...units])
  if (code !== 0) throw new StepError(`systemd does not answer (systemctl show: exit code ${code})`)
  return parseStates(stdout)
}

/** The person's unit that runs, else the one that the policy gives, as systemd sees it now. */
export function currentUnit(context: Context, slug: string, admin: boolean): UnitState {
  const states = show(context, servicesOf(slug))
  const usual = serviceOf(slug, admin)
  const dead = new Set(['inactive', 'failed'])
  const current =
    states.find((state) => !dead.has(state.active)) ?? states.find((state) => state.unit === usual)
  if (current === undefined) throw new StepError(`systemd knows nothing about ${usual}`)
  return current
}

/** Limits as arguments of `systemctl set-property`. No swap where memory is limited: swapping stalls, it does not kill. */
export function limitProperties(limits: Limits): readonly string[] {
  return [
    `MemoryMax=${limits.MemoryMax}`,
    `MemorySwapMax=${limits.MemoryMax === 'infinity' ? 'infinity' : '0'}`,
    `CPUQuota=${limits.CPUQuota}`,
    `TasksMax=${limits.TasksMax}`,
  ]
}

/**
 * Stops everything of a person under both templates. The sockets are named first, and while a stop of a socket waits
 * systemd drops its connections, so nothing starts a service again.
 */
export function stopUnits(context: Context, slug: string): void {
  const units = unitsOf(slug)
  const { code } = context.hand.run([SYSTEMCTL, 'stop', '--', ...units], { timeoutMs: STOP_MS })
  if (code === 0) return
  throw new StepError(
    `the server of jupyter-${slug} could not be stopped (systemctl: exit code ${code}); ` +
      `see \`systemctl status ${servicesOf(slug).join(' ')}\``,
  )
}

/** Forgets how the services ended: one that had to be killed at a stop counts as failed, although all is well. */
export function forgetFailure(context: Context, slug: string): void {
  // It fails for units that are not loaded any more, which is as good.
  context.hand.run([SYSTEMCTL, 'reset-failed', '--', ...servicesOf(slug)])
}

/** Exit statuses that systemd itself gives before our program runs (systemd.exec(5)). */
const EXEC_STATUS: ReadonlyMap<number, string> = new Map([
  [200, 'its home folder could not be entered'],
  [203, 'its program could not be started'],
  [216, 'its group could not be taken'],
  [217, 'its account could not be taken'],
  [219, 'its limits could not be set'],
  [226, 'its sandbox could not be set up'],
  [228, 'its sandbox could not be set up'],
  [233, 'its runtime folder could not be made'],
])

const RESULTS: ReadonlyMap<string, string> = new Map([
  ['oom-kill', 'it needed more memory than it may have'],
  ['timeout', 'it took too long'],
  ['resources', 'a file or folder it needs is missing'],
  ['start-limit-hit', 'it was started too often in a short time'],
  ['success', 'its socket could not be made'],
])

/** Why a unit did not start, as a sentence with the place to look at. */
export function failure({ unit, result, exit }: UnitState): string {
  const why =
    RESULTS.get(result) ?? EXEC_STATUS.get(exit) ?? `it ended at once (${result}, exit status ${exit})`
  return `the server did not start: ${why}; the administrator finds more with \`journalctl -u ${unit}\``
}

/** Gives a service its limits and starts it with its socket. @throws StepError in a sentence */
export function startUnit(context: Context, unit: string): UnitState {
  const limits = limitProperties(context.policy.limits)
  const set = context.hand.run([SYSTEMCTL, 'set-property', '--runtime', '--', unit, ...limits])
  if (set.code !== 0)
    throw new StepError(`the limits of ${unit} could not be set (systemctl: exit code ${set.code})`)
  const { code } = context.hand.run([SYSTEMCTL, 'start', '--', unit], { timeoutMs: START_MS })
  const state = show(context, [unit])[0]
  if (state === undefined) throw new StepError(`systemd knows nothing about ${unit}`)
  if (code !== 0) throw new StepError(failure(state))
  return state
}
