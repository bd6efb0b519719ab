/** The verb `status`. */
import { slugOf } from '../../people/names.ts'
import type { Status } from '../answer.ts'
import type { Context } from '../context.ts'
import type { StatusRequest } from '../request.ts'
import { currentUnit } from '../units.ts'

/** What systemd says about a person's server; somebody without an account has none. @throws StepError */
export function status(context: Context, { name }: StatusRequest): Status {
  const person = context.ledger.find(name)
  if (person === undefined) {
    return { ok: true, unit: '', active: 'inactive', sub: 'dead', result: 'success', exit: 0 }
  }
  const admin = context.policy.people.get(name)?.admin ?? false
  const { unit, active, sub, result, exit } = currentUnit(context, slugOf(person.unixName), admin)
  return { ok: true, unit, active, sub, result, exit }
}
