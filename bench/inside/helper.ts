/** Asks the root helper over its socket, one request after the other. Argument: a Request as JSON; prints an Answer as JSON. */
import { createConnection } from 'node:net'

export interface Request {
  readonly rounds: number
  readonly request: Readonly<Record<string, unknown>>
}

export interface Answer {
  /** Wall milliseconds of each round. */
  readonly wallMs: readonly number[]
  /** What the helper said in the last round. */
  readonly said: string
  /** CPU milliseconds of this client itself, from its start. */
  readonly clientCpuMs: number
}

async function ask(request: object): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = createConnection('/run/tljh/helper.sock')
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    socket.once('error', reject).once('close', () => resolve(text))
    socket.write(`${JSON.stringify(request)}\n`)
  })
}

const { rounds, request } = JSON.parse(process.argv[2] ?? '') as Request
const wallMs: number[] = []
let said = ''
for (let round = 0; round < rounds; round += 1) {
  const began = performance.now()
  said = await ask(request)
  wallMs.push(performance.now() - began)
}
const { user, system } = process.cpuUsage()
console.log(JSON.stringify({ wallMs, said, clientCpuMs: (user + system) / 1000 } satisfies Answer))
