/** What would change: every resource observed, its steps collected. Reads only. */
import type { Reader } from '../host/host.ts'
import type { Step } from '../host/step.ts'
import { idOf, stepsFor } from '../resources/resource.ts'
import type { Resource, Wanted } from '../resources/resource.ts'

/** One resource that is not as wanted, and what has to be done. */
export interface Change {
  readonly id: string
  readonly resource: Resource
  readonly steps: readonly Step[]
}

/** The resources of `wanted` one after the other, groups opened. */
export function flatten(wanted: Wanted): readonly Resource[] {
  return wanted.flatMap((entry) => ('kind' in entry ? [entry] : entry))
}

/** Restarts that will follow because a file that a unit reads is about to be written. */
function foreseen(changes: readonly Change[], resources: readonly Resource[]): Change[] {
  const written = new Set(
    changes.flatMap(({ steps }) => steps.flatMap((step) => (step.do === 'write' ? [step.path] : []))),
  )
  const touched = new Set(changes.map(({ id }) => id))
  return resources.flatMap((resource) => {
    if (resource.kind !== 'unit' || resource.state !== 'running' || touched.has(idOf(resource))) return []
    const restart = resource.reads.some((path) => written.has(path))
    const reload = resource.reloads?.some((path) => written.has(path)) ?? false
    if (!restart && !reload) return []
    const argv = ['systemctl', restart ? 'restart' : 'reload', '--', resource.name]
    return [{ id: idOf(resource), resource, steps: [{ do: 'run', argv } satisfies Step] }]
  })
}

/**
 * Everything that `apply` would do now. A restart that only follows from a file written by this very plan is
 * foreseen, so that the preview is complete; `apply` itself decides from what it observes then.
 */
export async function plan(reader: Reader, wanted: Wanted): Promise<readonly Change[]> {
  const resources = flatten(wanted)
  const steps = await Promise.all(resources.map((resource) => stepsFor(reader, resource)))
  const changes = resources
    .map((resource, index) => ({ id: idOf(resource), resource, steps: steps[index] ?? [] }))
    .filter((change) => change.steps.length > 0)
  const order = new Map(resources.map((resource, index) => [idOf(resource), index]))
  return [...changes, ...foreseen(changes, resources)].toSorted(
    (a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0),
  )
}
