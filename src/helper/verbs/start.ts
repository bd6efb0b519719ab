/** The verb `start`: account, environment file, limits, unit. */
import { type Access, needsSudo } from '../../people/access.ts'
import { closedAccount, type Person } from '../../people/ledger.ts'
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
    return startUnit(context, serviceOf(slug, needsSudo(access)))
  } catch (error) {
    stopUnits(context, slug)
    context.hand.remove(path)
    throw error
  }
}

function refuseClosed(person: Person | undefined, name: string): void {
  const closed = closedAccount(person)
  if (closed !== undefined) throw new Refusal('not-allowed', `'${name}' may not start a server: ${closed}`)
}

const changed = (name: string): Refusal =>
  new Refusal('not-allowed', `what '${name}' may do was changed meanwhile; start the server again`)

/** Whoever was locked, or lost sudo, while the unit started has nothing that runs: those who look for it have looked. */
function lookAgain(context: Context, name: string, { slug, access }: Start): void {
  const now = context.ledger.access.find(name)
  const same = now !== undefined && needsSudo(now) === needsSudo(access)
  if (same && closedAccount(context.ledger.find(name)) === undefined) return
  stopUnits(context, slug)
  refuseClosed(context.ledger.find(name), name)
  throw changed(name)
}

/** Starts a person's server; whatever is left of an earlier one is stopped first. @throws Refusal, HostError, StepError */
export function start(context: Context, { name, env }: StartRequest): Started {
  const environment = environmentFile(env)
  if (context.ledger.access.find(name) === undefined)
    throw new Refusal('not-allowed', `'${name}' is not among the people of this hub`)
  const { slug, unixName } = context.ledger.ensure(name, idRange(context))
  return alone(context, slug, () => {
    // While this waited for another request the person may have got other rights, or another name.
    const [person, access] = [context.ledger.find(name), context.ledger.access.find(name)]
    refuseClosed(person, name)
    if (person?.slug !== slug || access === undefined) throw changed(name)
    stopUnits(context, slug)
    settleAccount(context, person, access)
    const { unit, invocation } = launch(context, { access, slug, environment })
    lookAgain(context, name, { access, slug, environment })
    return {
      ok: true,
      unix: unixName,
      unit,
      socket: `${context.paths.sockets}/${slug}/server.sock`,
      invocation,
    }
  })
}
