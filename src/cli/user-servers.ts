/** Servers of people, started and stopped by hand: through the hub where it answers. */
import { HostError, StepError } from '../errors.ts'
import { isFields } from '../fields.ts'
import { unitsOf } from '../helper/units.ts'
import type { Person } from '../people/ledger.ts'
import type { Context } from './context.ts'
import { type Ask, openHub } from './hub-api.ts'

/** Seconds: START_TIMEOUT of the hub, and a little more. */
const START_SECONDS = 150
const STOP_SECONDS = 30
const LOOK_MS = 500
const STOP_MS = 60_000

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const pathOf = ({ hubName }: Person): string => `users/${encodeURIComponent(hubName)}`

interface Server {
  readonly ready: boolean
}

/** The hub's own view of somebody's server; undefined when there is none. */
async function serverOf(ask: Ask, person: Person): Promise<Server | undefined> {
  const { status, body } = await ask('GET', pathOf(person))
  const servers = status === 200 && isFields(body) ? body['servers'] : undefined
  const server = isFields(servers) ? servers[''] : undefined
  return isFields(server) ? { ready: server['ready'] === true } : undefined
}

const messageOf = (body: unknown): string =>
  isFields(body) && typeof body['message'] === 'string' ? body['message'] : 'no reason given'

async function askToStop(ask: Ask, person: Person): Promise<void> {
  const { status } = await ask('DELETE', `${pathOf(person)}/server`)
  // 202: it stops, and takes its time.
  if (status !== 202) return
  for (let turn = 0; turn * LOOK_MS < STOP_SECONDS * 1000; turn += 1) {
    await sleep(LOOK_MS)
    if ((await serverOf(ask, person)) === undefined) return
  }
}

/** Stops servers; whoever has none is left alone. @throws StepError */
export async function stopServers({ host }: Context, people: readonly Person[]): Promise<void> {
  const ask = await openHub(host)
  if (ask !== undefined) for (const person of people) await askToStop(ask, person)
  const argv = ['systemctl', 'stop', '--', ...people.flatMap(({ slug }) => unitsOf(slug))]
  await host.perform({ do: 'run', argv, timeoutMs: STOP_MS })
}

/** Starts somebody's server and waits until it is ready. @throws HostError when the hub does not answer, StepError */
export async function startServer({ host }: Context, person: Person): Promise<void> {
  const { hubName } = person
  const ask = await openHub(host)
  if (ask === undefined)
    throw new HostError('the hub does not answer; see `sudo tljh status`, then try again')
  // Somebody who never logged in is not known to the hub yet; 409 says that they are.
  await ask('POST', pathOf(person))
  const { status, body } = await ask('POST', `${pathOf(person)}/server`)
  if (status >= 400 && (await serverOf(ask, person))?.ready !== true)
    throw new StepError(`the server of ${hubName} did not start: ${messageOf(body)}`)
  for (let turn = 0; turn * LOOK_MS < START_SECONDS * 1000; turn += 1) {
    const server = await serverOf(ask, person)
    if (server?.ready === true) return
    if (server === undefined) break
    await sleep(LOOK_MS)
  }
  throw new StepError(
    `the server of ${hubName} did not start; see: sudo tljh logs ${hubName}, and why none was made: sudo tljh logs helper`,
  )
}
