/** Makes the machine as wanted, one resource at a time, and proves after each that nothing is left to do. */
import { BugError, StepError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import { showStep } from '../host/step.ts'
import type { Step } from '../host/step.ts'
import { idOf, stepsFor } from '../resources/resource.ts'
import type { Resource, Wanted } from '../resources/resource.ts'
import { flatten } from './plan.ts'
import type { Change } from './plan.ts'

/** Told of every event while `apply` works. */
export interface Progress {
  start(id: string, steps: readonly Step[]): void
  step(id: string, step: Step): void
  /** `ms` is wall time. */
  done(id: string, ms: number): void
}

/** Keeps what a run did; see receipts.ts. */
export type Record = (change: Change) => Promise<void>

export interface ApplyOptions {
  readonly progress: Progress
  readonly record: Record
  /** Where the whole output lies, named in errors. */
  readonly log: string
  /** What `plan` said about the same resources a moment ago. */
  readonly planned: readonly Change[]
}

async function performAll(host: Host, change: Change, progress: Progress): Promise<void> {
  for (const step of change.steps) {
    progress.step(change.id, step)
    await host.perform(step)
  }
}

function failure(id: string, error: unknown, log: string): unknown {
  if (!(error instanceof StepError)) return error
  const next = `The log is ${log}. Running the same command again continues from here.`
  return new StepError(`${id}: ${error.message}\n${next}`, { cause: error })
}

async function settle(host: Host, resource: Resource, options: ApplyOptions): Promise<Change | undefined> {
  const id = idOf(resource)
  const steps = await stepsFor(host, resource)
  if (steps.length === 0) return undefined
  const change = { id, resource, steps }
  const began = performance.now()
  options.progress.start(id, steps)
  try {
    await options.record(change)
    await performAll(host, change, options.progress)
  } catch (error) {
    throw failure(id, error, options.log)
  }
  const left = await stepsFor(host, resource)
  if (left.length > 0) {
    throw new BugError(`${id} is not settled after its own steps; left: ${left.map(showStep).join('; ')}`)
  }
  options.progress.done(id, performance.now() - began)
  return change
}

/** Settles resources side by side; the first failure is reported after all have come to an end. */
async function together(work: readonly Promise<Change | undefined>[]): Promise<(Change | undefined)[]> {
  const results = await Promise.allSettled(work)
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}

/**
 * Settles the machine.
 * @returns what was changed; empty when everything was as wanted
 * @throws StepError when a step fails; BugError when a resource plans work right after its own steps
 */
export async function apply(host: Host, wanted: Wanted, options: ApplyOptions): Promise<readonly Change[]> {
  // Most runs change nothing: everything was looked at at once, which is many times faster than one by one.
  if (options.planned.length === 0) return []
  const changes: (Change | undefined)[] = []
  for (const entry of wanted) {
    changes.push(...(await together(flatten([entry]).map((resource) => settle(host, resource, options)))))
  }
  return changes.filter((change) => change !== undefined)
}
