/** What would change: every resource observed, its steps collected. Reads only. */
import type { Reader } from '../host/host.ts'
import type { Step } from '../host/step.ts'
import { idOf, stepsFor } from '../resources/resource.ts'
import type { Resource, Wanted } from '../resources/resource.ts'
import { reload, restart } from '../resources/unit.ts'
import type { Unit } from '../resources/unit.ts'

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

const acts = (step: Step): boolean =>
  step.do === 'run' && step.argv.some((word) => ['start', 'restart', 'reload'].includes(word))

/** The restart or reload that a unit needs because a path that it reads is about to be written. */
function following(unit: Unit, written: ReadonlySet<string>): Step[] {
  const { reads, readsIn = [], reloads = [], reloadsIn = [] } = unit
  const among = (paths: readonly string[]): boolean => paths.some((path) => written.has(path))
  if (among([...reads, ...readsIn])) return restart(unit)
  return among([...reloads, ...reloadsIn]) ? [reload(unit)] : []
}

/** The changes, with the restarts that will follow from them. */
function withForeseen(changes: readonly Change[], resources: readonly Resource[]): Change[] {
  const made = changes.flatMap(({ steps }) => steps)
  const written = new Set(
    made.flatMap((step) => (step.do === 'write' || step.do === 'mkdir' ? [step.path] : [])),
  )
  const planned = new Map(changes.map((change) => [change.id, change.steps]))
  return resources.flatMap((resource) => {
    const id = idOf(resource)
    const steps = planned.get(id) ?? []
    const more =
      resource.kind === 'unit' && resource.state === 'running' && !steps.some(acts)
        ? following(resource, written)
        : []
    const all = [...steps, ...more]
    return all.length === 0 ? [] : [{ id, resource, steps: all }]
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
  return withForeseen(changes, resources)
}
