/** The verb `status`. */
import { needsSudo } from '../../people/access.ts'
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
  const access = context.ledger.access.find(name)
  const { unit, active, sub, result, exit } = currentUnit(
    context,
    person.slug,
    access !== undefined && needsSudo(access),
  )
  return { ok: true, unit, active, sub, result, exit }
}
