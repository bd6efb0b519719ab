/** The unix account of a person on the machine: observe, refuse or plan, perform, and look again. */
import { HostError, StepError } from '../errors.ts'
import { hasExpired, parseGroup, parsePasswd } from '../host/account-files.ts'
import { showArgument } from '../host/step.ts'
import type { Access } from '../people/access.ts'
import { idRangeOf } from '../people/id-range.ts'
import type { IdRange, Person } from '../people/ledger.ts'
import {
  accountCommands,
  type AccountHave,
  type AccountWant,
  obstacle,
  wantedAccount,
} from './account-plan.ts'
import { Refusal } from './answer.ts'
import type { Context } from './context.ts'
import { makeHome } from './home.ts'

function observe({ hand, paths }: Context, want: AccountWant): AccountHave {
  const groups = parseGroup(hand.readText(paths.group) ?? '')
  return {
    entries: parsePasswd(hand.readText(paths.passwd) ?? '').filter(
      ({ name, uid }) => name === want.name || uid === want.uid,
    ),
    own: groups.filter(({ name, gid }) => name === want.name || gid === want.gid),
    groups,
    home: hand.lstat(want.home),
  }
}

function perform({ hand }: Context, argv: readonly string[]): void {
  const { code, stderr } = hand.run(argv)
  if (code === 0) return
  const last = stderr.trim().split('\n').at(-1) ?? ''
  throw new StepError(`\`${argv.map(showArgument).join(' ')}\` failed with exit code ${code}: ${last}`)
}

/** useradd may end with 0 and have left something undone: what counts is how the account looks afterwards. */
function verify(context: Context, want: AccountWant): void {
  const have = observe(context, want)
  const wrong = obstacle(want, have)
  if (wrong !== undefined) throw new StepError(wrong)
  const open = have.home === undefined || (want.fresh && have.home.mode !== 0o700)
  if (accountCommands(want, have).length > 0 || open) {
    throw new StepError(
      `the account ${want.name} is not complete although every command said so; see the journal`,
    )
  }
}

/** Names and numbers for new people, for the ledger. */
export function idRange({ hand, paths, policy }: Context): IdRange {
  const { uidMin: min, uidMax: max, homes } = policy
  return idRangeOf({ min, max, homes }, () => ({
    passwd: hand.readText(paths.passwd) ?? '',
    group: hand.readText(paths.group) ?? '',
  }))
}

/**
 * Makes the account as the policy wants it, or leaves it alone when it is. Interrupted anywhere, the next call goes on.
 * @throws HostError when something of somebody else is in the way, StepError when a command fails, Refusal when it expired
 */
export function settleAccount(context: Context, person: Person, access: Access): void {
  const want = wantedAccount(context.policy, person, access)
  const have = observe(context, want)
  const wrong = obstacle(want, have)
  if (wrong !== undefined) throw new HostError(wrong)
  if (hasExpired(context.hand.readText(context.paths.shadow) ?? '', want.name, context.now)) {
    throw new Refusal('not-allowed', `the account ${want.name} has expired; ask the administrator`)
  }
  const commands = accountCommands(want, have)
  for (const argv of commands) perform(context, argv)
  if (have.home === undefined) makeHome(context, { ...want, slug: person.slug })
  if (commands.length > 0 || have.home === undefined) verify(context, want)
  if (want.fresh) context.ledger.setState(person.hubName, 'active')
}
