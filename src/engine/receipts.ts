/** Receipts: what a run changed, one JSON line a change, from which `status` and a later uninstall work. */
import type { Host } from '../host/host.ts'
import { showStep } from '../host/step.ts'
import type { Record } from './apply.ts'

export const RECEIPTS = '/opt/tljh/state/receipts.jsonl'

/** A line of the receipts. */
export interface Receipt {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly run: string
  readonly id: string
  /** What was at the path before, where the resource is a path. */
  readonly before?: { type: string; mode: string } | 'absent'
  readonly steps: readonly string[]
}

/**
 * Writes a receipt before the steps of a change are performed, so that a run that is killed leaves a trace of what
 * it was about to do.
 * @param run names the run, the same in all its receipts
 */
export function receipts(host: Host, run: string): Record {
  return async ({ id, resource, steps }) => {
    // The first resources make the folder that the receipts lie in; they are the folders of the product itself.
    if ((await host.lstat('/opt/tljh/state')) === undefined) return
    const state = 'path' in resource ? await host.lstat(resource.path) : undefined
    const before = state === undefined ? 'absent' : { type: state.type, mode: state.mode.toString(8) }
    const receipt: Receipt = {
      at: new Date().toISOString(),
      run,
      id,
      ...('path' in resource ? { before } : {}),
      steps: steps.map(showStep),
    }
    await host.perform({ do: 'append', path: RECEIPTS, line: JSON.stringify(receipt) })
  }
}
