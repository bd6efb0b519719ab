/** The verb `check-password`. Wrong name, wrong password, not allowed: one answer, and the same time for each. */
import type { Access } from '../../people/access.ts'
import { closedAccount, type Password } from '../../people/ledger.ts'
import { parseHubName } from '../../people/names.ts'
import { ONE_TIME_DAYS, oneTimeOver, verifyPassword } from '../../people/passwords.ts'
import { Refusal, type Welcome } from '../answer.ts'
import type { Context } from '../context.ts'
import type { CheckPasswordRequest } from '../request.ts'

/** Somebody whose password was right. */
export interface Known {
  readonly name: string
  readonly access: Access
  readonly password: Password
}

/** The refusal of every login; why stands in the journal only. */
export function denied(why: string): Refusal {
  return new Refusal('denied', 'the name or the password is wrong', `denied (${why})`)
}

/** Why somebody with the right password does not come in; undefined when they do. */
function shutOut(context: Context, name: string, { oneTime, changedAt }: Password): string | undefined {
  if (oneTime && oneTimeOver(changedAt, context.now))
    return `one-time password older than ${ONE_TIME_DAYS} days`
  return closedAccount(context.ledger.find(name))
}

/**
 * Who this is, if the password is right. A one-time password older than 30 days is refused as if it were wrong. The
 * password is always checked, also for names that cannot exist. @throws Refusal `denied`
 */
export function recognise(context: Context, typed: string, password: string): Known {
  const parsed = parseHubName(typed)
  const name = parsed.ok ? parsed.name : ''
  const stored = context.ledger.passwords.find(name)
  const right = verifyPassword(password, stored?.hash)
  if (!parsed.ok) throw denied(parsed.reason)
  const access = context.ledger.access.find(name)
  if (access === undefined) throw denied('not among the people of this hub')
  if (stored === undefined) throw denied('no password is set')
  const why = right ? shutOut(context, name, stored) : 'wrong password'
  if (why !== undefined) throw denied(why)
  return { name, access, password: stored }
}

/** Checks a password. @throws Refusal `denied` */
export function checkPassword(context: Context, request: CheckPasswordRequest): Welcome {
  const { name, access, password } = recognise(context, request.name, request.password)
  return { ok: true, name, admin: access.role === 'owner', groups: access.groups, change: password.oneTime }
}
