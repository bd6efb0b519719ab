/** The verb `change-password`: the old one must be right, the new one must be good. */
import { hashPassword, weakness } from '../../people/passwords.ts'
import { Refusal, type Welcome } from '../answer.ts'
import type { Context } from '../context.ts'
import type { ChangePasswordRequest } from '../request.ts'
import { denied, recognise } from './check-password.ts'

/** Replaces a password, one-time or not, by one that the person chose. @throws Refusal `denied`, `weak-password` */
export function changePassword(context: Context, request: ChangePasswordRequest): Welcome {
  const { name, access, password } = recognise(context, request.name, request.password)
  const weak = weakness(request.new, name)
  if (weak !== undefined) throw new Refusal('weak-password', `the new password ${weak}`)
  if (request.new.normalize('NFKC') === request.password.normalize('NFKC')) {
    throw new Refusal('weak-password', 'the new password must be another one than the old')
  }
  if (!context.ledger.passwords.change(name, password.hash, hashPassword(request.new))) {
    throw denied('the password was changed at the same time')
  }
  return { ok: true, name, admin: access.role === 'owner', groups: access.groups, change: false }
}
