/** `tljh group`: unix groups of people, kept under users.extra_user_groups. */
import { addToList, removeFromList, removeKey, setEmptyList } from '../../config/edit.ts'
import { UsageError } from '../../errors.ts'
import { groupProblem } from '../../group-names.ts'
import { parseGroup } from '../../host/account-files.ts'
import { escapeName } from '../../people/names.ts'
import { withLedger } from '../census.ts'
import type { Context } from '../context.ts'
import { nameArgument } from '../people.ts'
import { accessOf, readWish, settleServer, withConfig } from '../server.ts'
import { alone, needRoot, report } from '../settle.ts'

const LIST = ['users', 'extra_user_groups'] as const

function groupArgument(text: string): string {
  const problem = groupProblem(text)
  if (problem !== undefined) throw new UsageError(`the group '${escapeName(text)}': ${problem}`)
  return text
}

interface Members {
  readonly group: string
  readonly members: readonly string[]
  readonly instructors: readonly string[]
}

async function allGroups({ host }: Context): Promise<readonly Members[]> {
  const access = await withLedger(host, (ledger) => ledger.access.all())
  const found = new Map<string, { members: string[]; instructors: string[] }>()
  const entry = (group: string): { members: string[]; instructors: string[] } => {
    const known = found.get(group) ?? { members: [], instructors: [] }
    found.set(group, known)
    return known
  }
  for (const group of Object.keys((await readWish(host)).wish.config.users.extra_user_groups)) entry(group)
  for (const [name, { groups, teaches }] of access) {
    for (const group of teaches) entry(group).instructors.push(name)
    for (const group of groups) if (!teaches.includes(group)) entry(group).members.push(name)
  }
  return [...found]
    .map(([group, people]) => ({ group, ...people }))
    .toSorted((a, b) => (a.group < b.group ? -1 : 1))
}

/** Every group with how many are in it, and who teaches it. */
export async function groupList(context: Context): Promise<void> {
  needRoot('tljh group list')
  const { output } = context
  const groups = await allGroups(context)
  if (output.json) return output.object(groups)
  if (groups.length === 0) return output.line('No groups yet. To make one: sudo tljh group add GROUP NAME')
  for (const { group, members, instructors } of groups) {
    const taught = instructors.length === 0 ? '' : `, taught by ${instructors.join(', ')}`
    output.line(
      `${group.padEnd(34)}${members.length} ${members.length === 1 ? 'member' : 'members'}${taught}`,
    )
  }
}

/** Who is in a group. */
export async function groupMembers(context: Context, given: string): Promise<void> {
  needRoot('tljh group members')
  const { output } = context
  const name = groupArgument(given)
  const found = (await allGroups(context)).find(({ group }) => group === name)
  if (found === undefined)
    throw new UsageError(`there is no group ${name}; all of them: sudo tljh group list`)
  if (output.json) return output.object(found)
  for (const member of found.instructors) output.line(`${member}  (instructor)`)
  for (const member of found.members) output.line(member)
}

/** Groups that packages made: whoever is in one may have a way to root. */
async function warnOfSystemGroup({ host, output }: Context, name: string, min: number): Promise<void> {
  const entry = parseGroup((await host.readFile('/etc/group')) ?? '').find((group) => group.name === name)
  if (entry !== undefined && entry.gid < Math.min(min, 1000))
    output.warn(
      `${name} is a group of the system: with some of them (sudo, docker, disk, adm) people become root`,
    )
}

/** Makes a group, and puts people into it. */
export async function groupAdd(context: Context, group: string, given: readonly string[]): Promise<void> {
  const [name, people] = [groupArgument(group), given.map(nameArgument)]
  await alone(context, 'tljh group add', async () => {
    const { wish, text } = await readWish(context.host)
    const access = accessOf(wish)
    const strangers = people.filter((person) => !access.has(person))
    if (strangers.length > 0)
      throw new UsageError(
        `${strangers.join(', ')} may not log in; to add them: sudo tljh user add ${strangers.join(' ')}`,
      )
    await warnOfSystemGroup(context, name, wish.config.users.uid_min)
    const known = Object.hasOwn(wish.config.users.extra_user_groups, name)
    const made = known || people.length > 0 ? text : setEmptyList(text, [...LIST, name])
    const next = addToList(made, [...LIST, name], people)
    report(context, await settleServer(context, next === text ? wish : withConfig(wish, next)))
  })
}

/** Takes people out of a group; without names all of them, and the group out of config.yaml. */
export async function groupRemove(context: Context, group: string, given: readonly string[]): Promise<void> {
  const [name, people] = [groupArgument(group), given.map(nameArgument)]
  await alone(context, 'tljh group remove', async () => {
    const { wish, text } = await readWish(context.host)
    const path = [...LIST, name]
    const next = people.length === 0 ? removeKey(text, path) : removeFromList(text, path, people)
    const after = next === text ? wish : withConfig(wish, next)
    const still = [...accessOf(after)]
      .filter(
        ([person, { groups }]) => groups.includes(name) && (people.length === 0 || people.includes(person)),
      )
      .map(([person]) => person)
    if (still.length > 0)
      throw new UsageError(
        `${still.slice(0, 5).join(', ')} ${still.length > 5 ? '… ' : ''}are in ${name} by a roster or as instructors; change it there`,
      )
    report(context, await settleServer(context, after))
  })
}
