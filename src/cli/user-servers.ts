/** Servers of people, started and stopped by hand: through the hub where it answers. */
import { HostError, StepError } from '../errors.ts'
import { isFields } from '../people/fields.ts'
import type { Person } from '../people/ledger.ts'
import type { Context } from './context.ts'
import { ask, hubAnswers } from './hub-api.ts'

const TEMPLATES = ['jupyter', 'jupyter-admin'] as const
/** Seconds: START_TIMEOUT of the hub, and a little more. */
const START_SECONDS = 150
const STOP_SECONDS = 30
const LOOK_MS = 500
const STOP_MS = 60_000

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Every unit that a person's server may be. */
const unitsOf = ({ slug }: Person): string[] =>
  ['socket', 'service'].flatMap((kind) => TEMPLATES.map((template) => `${template}@${slug}.${kind}`))

async function askToStop(context: Context, { hubName }: Person): Promise<void> {
  const { status } = await ask(context.host, 'DELETE', `users/${encodeURIComponent(hubName)}/server`)
  // 202: it stops, and takes its time.
  if (status !== 202) return
  for (let turn = 0; turn * LOOK_MS < STOP_SECONDS * 1000; turn += 1) {
    await sleep(LOOK_MS)
    if ((await serverOf(context, hubName)) === undefined) return
  }
}

/** Stops servers; whoever has none is left alone. @throws StepError */
export async function stopServers(context: Context, people: readonly Person[]): Promise<void> {
  if (await hubAnswers(context.host)) for (const person of people) await askToStop(context, person)
  const argv = ['systemctl', 'stop', '--', ...people.flatMap(unitsOf)]
  await context.host.perform({ do: 'run', argv, timeoutMs: STOP_MS })
}

interface Server {
  readonly ready: boolean
}

/** The hub's own view of somebody's server; undefined when there is none. */
async function serverOf({ host }: Context, name: string): Promise<Server | undefined> {
  const { status, body } = await ask(host, 'GET', `users/${encodeURIComponent(name)}`)
  const servers = status === 200 && isFields(body) ? body['servers'] : undefined
  const server = isFields(servers) ? servers[''] : undefined
  return isFields(server) ? { ready: server['ready'] === true } : undefined
}

const messageOf = (body: unknown): string =>
  isFields(body) && typeof body['message'] === 'string' ? body['message'] : 'no reason given'

/** Starts somebody's server and waits until it is ready. @throws HostError when the hub does not answer, StepError */
export async function startServer(context: Context, { hubName }: Person): Promise<void> {
  const { host } = context
  if (!(await hubAnswers(host)))
    throw new HostError('the hub does not answer; see `sudo tljh status`, then try again')
  const path = `users/${encodeURIComponent(hubName)}`
  // Somebody who never logged in is not known to the hub yet; 409 says that they are.
  await ask(host, 'POST', path)
  const { status, body } = await ask(host, 'POST', `${path}/server`)
  if (status >= 400 && (await serverOf(context, hubName))?.ready !== true)
    throw new StepError(`the server of ${hubName} did not start: ${messageOf(body)}`)
  for (let turn = 0; turn * LOOK_MS < START_SECONDS * 1000; turn += 1) {
    const server = await serverOf(context, hubName)
    if (server?.ready === true) return
    if (server === undefined) break
    await sleep(LOOK_MS)
  }
  throw new StepError(
    `the server of ${hubName} did not start; see: sudo tljh logs ${hubName}, and why none was made: sudo tljh logs helper`,
  )
}
