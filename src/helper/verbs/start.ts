/** The verb `start`: account, environment file, limits, unit. */
import { slugOf } from '../../people/names.ts'
import type { Access } from '../../people/policy.ts'
import { idRange, settleAccount } from '../account.ts'
import { Refusal, type Started } from '../answer.ts'
import { alone, type Context } from '../context.ts'
import { environmentFile } from '../environment.ts'
import type { StartRequest } from '../request.ts'
import { serviceOf, startUnit, stopUnits, type UnitState } from '../units.ts'

interface Start {
  readonly access: Access
  readonly slug: string
  readonly environment: string
}

function launch(context: Context, { slug, access, environment }: Start): UnitState {
  const path = `${context.paths.environments}/${slug}.env`
  context.hand.writeFile({ path, text: environment, mode: 0o600, uid: 0, gid: 0 })
  try {
    return startUnit(context, serviceOf(slug, access.admin))
  } catch (error) {
    stopUnits(context, slug)
    context.hand.remove(path)
    throw error
  }
}

/** Starts a person's server; whatever is left of an earlier one is stopped first. @throws Refusal, HostError, StepError */
export function start(context: Context, { name, env }: StartRequest): Started {
  const environment = environmentFile(env)
  const access = context.policy.people.get(name)
  if (access === undefined) throw new Refusal('not-allowed', `'${name}' is not among the people of this hub`)
  const { unixName } = context.ledger.ensure(name, idRange(context))
  const slug = slugOf(unixName)
  return alone(context, slug, () => {
    const person = context.ledger.ensure(name, idRange(context))
    if (person.state === 'locked' || person.state === 'gone') {
      throw new Refusal('not-allowed', `'${name}' may not start a server: the account is ${person.state}`)
    }
    stopUnits(context, slug)
    settleAccount(context, person, access)
    const { unit, invocation } = launch(context, { access, slug, environment })
    return {
      ok: true,
      unix: unixName,
      unit,
      socket: `${context.paths.sockets}/${slug}/server.sock`,
      invocation,
    }
  })
}
