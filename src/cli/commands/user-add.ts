/** `tljh user add`: people named in config.yaml, with a one-time password each. */
import { addToList } from '../../config/edit.ts'
import { UsageError } from '../../errors.ts'
import type { Access } from '../../people/access.ts'
import { withLedger } from '../census.ts'
import { PATHS } from '../context.ts'
import type { Context } from '../context.ts'
import { givePasswords, handOut, nameArgument } from '../people.ts'
import { accessOf, readWish, settleServer, withConfig } from '../server.ts'
import { alone } from '../settle.ts'

export interface AddOptions {
  readonly admin?: boolean
  readonly operator?: boolean
  readonly group: readonly string[]
  readonly instructor: readonly string[]
}

/** The lists of config.yaml that stand for roles and groups. */
export function listsOf({ admin, operator, group, instructor }: AddOptions): (readonly string[])[] {
  return [
    ...(admin === true ? [['users', 'admin']] : []),
    ...(operator === true ? [['users', 'operators']] : []),
    ...instructor.map((name) => ['users', 'instructors', name]),
    ...group.map((name) => ['users', 'extra_user_groups', name]),
  ]
}

/**
 * Lists of a config may be one and the same, by an alias: whoever is put into one must not come into another by it.
 * @throws UsageError when somebody else's access changes, or somebody becomes an owner whom nobody made one
 */
export function checkOnly(
  { before, after }: { before: ReadonlyMap<string, Access>; after: ReadonlyMap<string, Access> },
  names: readonly string[],
  { admin }: { admin?: boolean },
): void {
  const own = new Set(names)
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter((name) => {
    const [was, is] = [before.get(name), after.get(name)]
    if (own.has(name)) return admin !== true && is?.role === 'owner' && was?.role !== 'owner'
    return JSON.stringify(was) !== JSON.stringify(is)
  })
  if (changed.length === 0) return
  throw new UsageError(
    `this would also change what ${changed.slice(0, 5).join(', ')} may do: lists in ${PATHS.config} are shared by an ` +
      'alias (&name, *name); write them out there, then try again',
  )
}

/** Adds people to the config, settles the machine, and gives a one-time password to everybody who has none. */
export async function userAdd(
  context: Context,
  given: readonly string[],
  options: AddOptions,
): Promise<void> {
  const names = given.map(nameArgument)
  await alone(context, 'tljh user add', async () => {
    const { host } = context
    const { wish, text } = await readWish(host)
    const banned = names.filter((name) => wish.config.users.banned.includes(name))
    if (banned.length > 0)
      throw new UsageError(`users.banned in ${PATHS.config} has ${banned.join(', ')}: take them out first`)
    const named = listsOf(options).reduce((config, list) => addToList(config, list, names), text)
    const before = accessOf(withConfig(wish, named))
    const unnamed = names.filter((name) => !before.has(name))
    const next = addToList(named, ['users', 'allowed'], unnamed)
    const wanted = next === text ? wish : withConfig(wish, next)
    checkOnly({ before: accessOf(wish), after: accessOf(wanted) }, names, options)
    await settleServer(context, wanted)
    const people = await handOut(context, (ledger) => givePasswords(ledger, names))
    const locks = await withLedger(host, (ledger) =>
      names.flatMap((name) => (ledger.find(name)?.lock ? [name] : [])),
    )
    for (const name of locks)
      context.output.warn(`${name} is locked; to let them in: sudo tljh user unlock ${name}`)
    if (context.output.json) context.output.object({ people })
  })
}
