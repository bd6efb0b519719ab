/** `tljh user start` and `tljh user stop`: servers of people. */
import { UsageError } from '../../errors.ts'
import { closedAccount, type Person } from '../../people/ledger.ts'
import { withLedger } from '../census.ts'
import type { Context } from '../context.ts'
import { nameArgument, personOf } from '../people.ts'
import { needRoot } from '../settle.ts'
import { startServer, stopServers } from '../user-servers.ts'

async function peopleOf({ host }: Context, given: readonly string[]): Promise<readonly Person[]> {
  const names = [...new Set(given.map(nameArgument))]
  return withLedger(host, (ledger) => names.map((name) => personOf(ledger, name)))
}

/** Starts servers one after the other. @throws HostError, StepError, UsageError for somebody who may have none */
export async function userStart(context: Context, given: readonly string[]): Promise<void> {
  needRoot('tljh user start')
  const { output } = context
  const people = await peopleOf(context, given)
  for (const person of people) {
    const closed = closedAccount(person)
    if (closed !== undefined) throw new UsageError(`${person.hubName} may not have a server: ${closed}`)
  }
  for (const person of people) {
    await startServer(context, person)
    if (!output.json) output.line(`The server of ${person.hubName} runs.`)
  }
  if (output.json) output.object({ started: people.map(({ hubName }) => hubName) })
}

/** Stops servers, unsaved work in them included; also while the hub is down. @throws StepError */
export async function userStop(context: Context, given: readonly string[]): Promise<void> {
  needRoot('tljh user stop')
  const { output } = context
  const people = await peopleOf(context, given)
  await stopServers(context, people)
  if (output.json) return output.object({ stopped: people.map(({ hubName }) => hubName) })
  for (const { hubName } of people) output.line(`${hubName} has no server that runs.`)
}
