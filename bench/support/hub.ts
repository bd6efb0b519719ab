/** The hub as its administrator sees it over the API, with a token. */
import { Client } from '../../integration/support/client.ts'
import type { Machine } from '../../integration/support/machine.ts'
import { ADMIN, SHELL } from './machines.ts'

/** What the administrator chooses at the first login. */
const CHOSEN = 'a-long-password-for-measuring'
const START_MS = 120_000

export class Hub {
  readonly machine: Machine
  readonly #token: string

  private constructor(machine: Machine, token: string) {
    this.machine = machine
    this.#token = token
  }

  /** Logs the administrator in and takes a token. @param password the one-time one of the installation, if still unused */
  static async enter(machine: Machine, password: string): Promise<Hub> {
    const client = new Client(machine.url)
    await client.enter(ADMIN, password, CHOSEN)
    const page = await client.api('POST', `users/${ADMIN}/tokens`, { note: 'benchmark' })
    if (page.status !== 201) throw new Error(`no token: ${page.status} ${page.text}`)
    return new Hub(machine, (JSON.parse(page.text) as { token: string }).token)
  }

  async #call(method: string, path: string, json?: unknown): Promise<Response> {
    return fetch(`${this.machine.url}/hub/api/${path}`, {
      method,
      headers: { authorization: `token ${this.#token}` },
      signal: AbortSignal.timeout(START_MS),
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
  }

  /** Lets people log in, and makes them known to the hub. */
  async add(names: readonly string[]): Promise<void> {
    await this.machine.ok(['tljh', 'user', 'add', ...names], { env: SHELL, timeoutMs: 120_000 })
    const { status } = await this.#call('POST', 'users', { usernames: names })
    if (status !== 201 && status !== 409) throw new Error(`the hub does not take the people: ${status}`)
  }

  /** Starts a person's server. @returns milliseconds from the request until the hub says that it is ready */
  async start(name: string): Promise<number> {
    const began = performance.now()
    const asked = await this.#call('POST', `users/${name}/server`)
    if (asked.status === 202) await this.#ready(name)
    else if (asked.status !== 201) throw new Error(`start of ${name}: ${asked.status} ${await asked.text()}`)
    return performance.now() - began
  }

  /** Waits for the event `ready`. @throws Error with the stream when it ends without */
  async #ready(name: string): Promise<void> {
    const { body } = await this.#call('GET', `users/${name}/server/progress`)
    let text = ''
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk
      if (/"ready": ?true/.test(text)) return
      if (/"failed": ?true/.test(text)) break
    }
    throw new Error(`the server of ${name} did not come up: ${text}`)
  }

  /** Stops a person's server and waits until it is gone. */
  async stop(name: string): Promise<void> {
    const { status } = await this.#call('DELETE', `users/${name}/server`)
    if (status !== 202 && status !== 204) throw new Error(`stop of ${name}: ${status}`)
    for (let tries = 0; tries < 600; tries += 1) {
      const user = (await (await this.#call('GET', `users/${name}`)).json()) as { servers: object }
      if (Object.keys(user.servers).length === 0) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`the server of ${name} does not end`)
  }

  /** Starts a kernel in a person's running server. */
  async kernel(name: string): Promise<void> {
    const answer = await fetch(`${this.machine.url}/user/${name}/api/kernels`, {
      method: 'POST',
      headers: { authorization: `token ${this.#token}` },
      body: '{"name":"python3"}',
    })
    if (answer.status !== 201) throw new Error(`no kernel: ${answer.status} ${await answer.text()}`)
  }
}
