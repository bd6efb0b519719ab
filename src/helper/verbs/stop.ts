/** The verb `stop`. */
import type { Stopped } from '../answer.ts'
import { alone, type Context } from '../context.ts'
import type { StopRequest } from '../request.ts'
import { forgetFailure, stopUnits } from '../units.ts'

/** Stops a person's server and forgets its environment; also for people who may no longer log in. @throws StepError */
export function stop(context: Context, { name }: StopRequest): Stopped {
  const person = context.ledger.find(name)
  if (person === undefined) return { ok: true }
  const { slug } = person
  return alone(context, slug, () => {
    stopUnits(context, slug)
    forgetFailure(context, slug)
    context.hand.remove(`${context.paths.environments}/${slug}.env`)
    return { ok: true }
  })
}
