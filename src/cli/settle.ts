/** One run of `apply` under the lock of this machine, with receipts, progress and a log. */
import { randomBytes } from 'node:crypto'

import { apply } from '../engine/apply.ts'
import { type Change, plan } from '../engine/plan.ts'
import { receipts } from '../engine/receipts.ts'
import { HostError } from '../errors.ts'
import { exclusive } from '../host/exclusive.ts'
import type { Host } from '../host/host.ts'
import { showStep } from '../host/step.ts'
import type { Step } from '../host/step.ts'
import type { Wanted } from '../resources/resource.ts'
import { PATHS } from './context.ts'
import type { Context } from './context.ts'

/** Milliseconds to wait for another run before it is named and given up on. */
const WAIT_MS = 10_000

/** The same machine, with every step and how it ended written to the log. */
function logged(host: Host): Host {
  const append = (line: string): Promise<void> => host.perform({ do: 'append', path: PATHS.log, line })
  return {
    ...host,
    async perform(step: Step) {
      const began = performance.now()
      try {
        await host.perform(step)
        await append(
          `${new Date().toISOString()} ok ${Math.round(performance.now() - began)} ms ${showStep(step)}`,
        )
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        // What failed is to be told, also where the log has no room for it any more.
        await append(`${new Date().toISOString()} FAILED ${why}`).catch(() => undefined)
        throw error
      }
    },
  }
}

/** Only root can change a machine. @throws HostError */
export function needRoot(command: string): void {
  if (process.getuid?.() !== 0) throw new HostError(`\`${command}\` needs root: sudo ${command}`)
}

/** Does the work while no other tljh changes this machine. @throws HostError that names the other one; DeniedError */
export function alone<T>(context: Context, command: string, work: () => Promise<T>): Promise<T> {
  needRoot(command)
  return exclusive(PATHS.lock, { waitMs: WAIT_MS, holder: command }, async () => {
    // What the caller may do may have changed while this waited.
    await context.guard()
    return work()
  })
}

/** Settles the machine; the caller holds the lock. @param planned what `plan` says, if it was asked @returns what was changed */
export async function settle(
  context: Context,
  wanted: Wanted,
  planned?: readonly Change[],
): Promise<readonly Change[]> {
  const { host, output } = context
  if ((await host.lstat('/var/log/tljh')) === undefined) {
    await host.perform({ do: 'mkdir', path: '/var/log/tljh', mode: 0o750, owner: 'root', group: 'adm' })
  }
  const run = `${new Date().toISOString()}-${randomBytes(3).toString('hex')}`
  const recording = logged(host)
  try {
    return await apply(recording, wanted, {
      progress: output.progress(),
      record: receipts(host, run),
      log: PATHS.log,
      planned: planned ?? (await plan(host, wanted)),
    })
  } finally {
    output.stop()
  }
}

/** How a run ended, in a word. */
export function report({ output }: Context, changes: readonly Change[]): void {
  if (output.json)
    output.object({ changes: changes.map(({ id, steps }) => ({ id, steps: steps.map(showStep) })) })
  else output.line(changes.length === 0 ? 'Nothing to change.' : `${changes.length} changed.`)
}
