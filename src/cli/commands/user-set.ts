/** `tljh user set`: role, groups and shell of one person. */
import { addToList, removeFromList } from '../../config/edit.ts'
import { UsageError } from '../../errors.ts'
import type { Reader } from '../../host/host.ts'
import { type Access, NO_ACCESS } from '../../people/access.ts'
import { withLedger } from '../census.ts'
import type { Context } from '../context.ts'
import { nameArgument, personOf, SHELL } from '../people.ts'
import { accessOf, readWish, settleServer, type Wish, withConfig } from '../server.ts'
import { alone, report } from '../settle.ts'
import { checkOnly, listsOf } from './user-add.ts'

export interface SetOptions {
  readonly admin?: boolean
  readonly operator?: boolean
  readonly group: readonly string[]
  readonly removeGroup: readonly string[]
  readonly instructor: readonly string[]
  readonly removeInstructor: readonly string[]
  readonly shell?: string
}

/** The lists of config.yaml that somebody is taken out of. */
const leftLists = (options: SetOptions): (readonly string[])[] =>
  listsOf({
    admin: options.admin === false,
    operator: options.operator === false,
    group: options.removeGroup,
    instructor: options.removeInstructor,
  })

/** @throws UsageError where a roster gives what was to be taken away, or nobody would be left to look after the hub */
function checkDone(options: SetOptions, name: string, access: ReadonlyMap<string, Access>): void {
  const { role, groups, teaches } = access.get(name) ?? NO_ACCESS
  const still = [
    ...(options.operator === false && role === 'operator' ? ['operator'] : []),
    ...options.removeGroup.filter((group) => groups.includes(group)),
    ...options.removeInstructor.filter((group) => teaches.includes(group)),
  ]
  if (still.length > 0)
    throw new UsageError(
      `${name} has ${still.join(', ')} from a roster, or as instructor of the group; change it there: sudo tljh roster list`,
    )
  if (options.admin === false && ![...access.values()].some((entry) => entry.role === 'owner'))
    throw new UsageError(
      `${name} is the last owner; make somebody else one first: sudo tljh user add NAME --admin`,
    )
}

async function checkShell(reader: Reader, shell: string | undefined): Promise<void> {
  if (shell === undefined) return
  const known = ((await reader.readFile('/etc/shells')) ?? '').split('\n').filter((line) => SHELL.test(line))
  if (!known.includes(shell))
    throw new UsageError(
      `--shell: expected one of ${known.join(', ')}; others are added to /etc/shells first`,
    )
}

/** The wish with somebody's lists changed; whoever loses their last one stays somebody who may log in. */
function changed(wish: Wish, text: string, { name, options }: { name: string; options: SetOptions }): Wish {
  const left = leftLists(options).reduce((config, list) => removeFromList(config, list, [name]), text)
  const named = listsOf(options).reduce((config, list) => addToList(config, list, [name]), left)
  const next = accessOf(withConfig(wish, named)).has(name)
    ? named
    : addToList(named, ['users', 'allowed'], [name])
  return next === text ? wish : withConfig(wish, next)
}

/** Changes what was asked for and settles the machine. */
export async function userSet(context: Context, given: string, options: SetOptions): Promise<void> {
  const name = nameArgument(given)
  const { shell } = options
  await alone(context, 'tljh user set', async () => {
    const { host } = context
    await checkShell(host, shell)
    const { wish, text } = await readWish(host)
    await withLedger(host, (ledger) => personOf(ledger, name))
    if (!accessOf(wish).has(name))
      throw new UsageError(`${name} may not log in; to add them: sudo tljh user add ${name}`)
    const next = changed(wish, text, { name, options })
    checkOnly({ before: accessOf(wish), after: accessOf(next) }, [name], options)
    checkDone(options, name, accessOf(next))
    const prepare: Wish['prepare'] = (ledger) => {
      if (shell !== undefined) ledger.setShell(name, shell)
    }
    report(context, await settleServer(context, { ...next, prepare }))
  })
}
