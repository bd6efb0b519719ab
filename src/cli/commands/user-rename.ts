/** `tljh user rename`: another hub name for the same account. */
import { replaceInLists } from '../../config/edit.ts'
import { UsageError } from '../../errors.ts'
import type { Person } from '../../people/ledger.ts'
import { withLedger } from '../census.ts'
import type { Context } from '../context.ts'
import { nameArgument } from '../people.ts'
import { type NamedRoster } from '../rosters.ts'
import { accessOf, readWish, settleServer, type Wish, withConfig, withRoster } from '../server.ts'
import { alone } from '../settle.ts'
import { stopServers } from '../user-servers.ts'

function renamedIn({ name, rows }: NamedRoster, from: string, to: string): NamedRoster {
  return { name, rows: rows.map((row) => (row.name === from ? { ...row, name: to } : row)) }
}

/** The person to rename; somebody who is renamed already, by a command that was killed, has the new name. */
async function personFor({ host }: Context, from: string, to: string): Promise<Person> {
  return withLedger(host, (ledger) => {
    const [old, next] = [ledger.find(from), ledger.find(to)]
    if (old !== undefined && next !== undefined)
      throw new UsageError(`${to} is somebody already; take another name`)
    const person = old ?? next
    if (person === undefined || person.state === 'gone') throw new UsageError(`${from} is nobody of this hub`)
    return person
  })
}

/** Gives a person another hub name. Account, home and password stay; sessions and tokens of the old name end. */
export async function userRename(context: Context, old: string, next: string): Promise<void> {
  const [from, to] = [nameArgument(old), nameArgument(next)]
  if (from === to) throw new UsageError('that is the same name')
  await alone(context, 'tljh user rename', async () => {
    const { host, output } = context
    const { wish, text } = await readWish(host)
    const person = await personFor(context, from, to)
    const half = person.hubName === to
    if (half && !accessOf(wish).has(from)) throw new UsageError(`${from} is nobody of this hub; ${to} is`)
    const listed = replaceInLists(text, from, to)
    const rosters = wish.rosters.filter(({ rows }) => rows.some(({ name }) => name === from))
    const configured = listed === text ? wish : withConfig(wish, listed)
    const renamed = rosters.reduce<Wish>(
      (all, roster) => withRoster(all, renamedIn(roster, from, to)),
      configured,
    )
    await stopServers(context, [person])
    const prepare: Wish['prepare'] = (ledger) => {
      if (!half) ledger.rename(from, to)
    }
    await settleServer(context, { ...renamed, prepare })
    if (output.json) output.object({ name: to, unix: person.unixName })
    else
      output.line(
        `${from} is ${to} now, with the same account ${person.unixName}; log in again with the new name.`,
      )
  })
}
