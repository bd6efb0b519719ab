/** `tljh user lock` and `tljh user unlock`. */
import { UsageError } from '../../errors.ts'
import type { Ledger, Person } from '../../people/ledger.ts'
import { escapeName, isPrintable } from '../../people/names.ts'
import { mayEverything } from '../caller.ts'
import { inLedger } from '../census.ts'
import type { Context } from '../context.ts'
import { nameArgument, personOf, processesOf } from '../people.ts'
import { readWish, settleServer } from '../server.ts'
import { alone } from '../settle.ts'

const REASON_MAX = 200

function reasonOf(text: string): string {
  const reason = text.trim()
  if (reason === '' || Array.from(reason).length > REASON_MAX || !isPrintable(reason))
    throw new UsageError(`--reason: expected one line of 1 to ${REASON_MAX} characters`)
  return reason
}

/** Somebody must be left who can unlock the others. */
function checkOwners(ledger: Ledger, names: readonly string[]): void {
  const owners = [...ledger.access.all()].filter(([, { role }]) => role === 'owner').map(([name]) => name)
  const left = owners.filter((name) => !names.includes(name) && ledger.find(name)?.lock === undefined)
  if (left.length === 0 && owners.some((name) => names.includes(name)))
    throw new UsageError('that would lock the last owner: nobody could lift the lock any more')
}

async function tellLeft({ host, output }: Context, people: readonly Person[]): Promise<void> {
  const all = await Promise.all(
    people.map(async ({ hubName, uid }) => ({ name: hubName, uid, processes: await processesOf(host, uid) })),
  )
  if (output.json) return output.object({ locked: all.map(({ name, processes }) => ({ name, processes })) })
  for (const { name, uid, processes } of all) {
    output.line(`${name} is locked: no login, no server, no ssh, no cron, no sudo.`)
    for (const { pid, command } of processes) output.line(`  still runs: ${pid} ${escapeName(command)}`)
    if (processes.length > 0) output.line(`  To end them: sudo pkill -KILL -U ${uid}`)
  }
}

/** Shuts people out until they are unlocked. The ledger comes first: it counts even where the rest cannot be done. */
export async function userLock(
  context: Context,
  given: readonly string[],
  { reason: text }: { reason: string },
): Promise<void> {
  const names = given.map(nameArgument)
  const reason = reasonOf(text)
  await alone(context, 'tljh user lock', async () => {
    const people = await inLedger(context.host, (ledger) => {
      const found = names.map((name) => personOf(ledger, name))
      checkOwners(ledger, names)
      for (const name of names) ledger.lock(name, mayEverything(context.caller) ? 'owner' : 'other', reason)
      return found
    })
    await settleServer(context, (await readWish(context.host)).wish)
    await tellLeft(context, people)
  })
}

/** Lets people in again, and forgives their failed logins. */
export async function userUnlock(context: Context, given: readonly string[]): Promise<void> {
  const names = given.map(nameArgument)
  const { output } = context
  await alone(context, 'tljh user unlock', async () => {
    const before = await inLedger(context.host, (ledger) =>
      names.map((name) => {
        const person = personOf(ledger, name)
        if (person.lock?.by === 'config')
          throw new UsageError(
            `${name} is ${person.lock.reason}; to let them in again: sudo tljh user add ${name}`,
          )
        ledger.unlock(name)
        ledger.lift(name, Date.now())
        return person
      }),
    )
    await settleServer(context, (await readWish(context.host)).wish)
    if (output.json) return output.object({ unlocked: names })
    for (const { hubName, lock } of before) {
      output.line(
        lock === undefined
          ? `${hubName} was not locked; failed logins are forgiven.`
          : `${hubName} may log in again.`,
      )
    }
  })
}
