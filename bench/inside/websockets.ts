/** Opens many websockets through the front door to an echoing backend. Argument: a Request as JSON; prints an Answer as JSON. */
import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Request {
  readonly count: number
  /** Seconds between the two echoes. */
  readonly hold: number
}

export interface Answer {
  /** Milliseconds until all that could be opened were open. */
  readonly openMs: number
  readonly opened: number
  /** Those that still echoed after the time. */
  readonly held: number
}

const PERSON = 'bench-sockets'
const FOLDER = '/run/tljh-bench-sockets'
const ROUTE = `/run/tljh-hub/routes/user/${PERSON}`
const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const ANSWER_MS = 20_000

/** A text frame of two letters as a client sends it: masked with zeros. */
const PING = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69])
/** The same as a server sends it. */
const PONG = Buffer.from([0x81, 0x02, 0x68, 0x69])

async function backend(): Promise<Server> {
  const server = createServer().on('upgrade', (request, socket) => {
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}${MAGIC}`)
      .digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    socket.on('data', () => socket.write(PONG)).on('error', () => socket.destroy())
  })
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  await new Promise<void>((resolve) =>
    server.listen({ path: `${FOLDER}/server.sock`, backlog: 4096 }, resolve),
  )
  chmodSync(`${FOLDER}/server.sock`, 0o666)
  mkdirSync('/run/tljh-hub/routes/user', { recursive: true })
  rmSync(ROUTE, { force: true })
  symlinkSync(FOLDER, ROUTE)
  return server
}

/** Whether the next bytes on the socket hold the text, in time. */
async function hears(socket: Socket, text: string | Buffer): Promise<boolean> {
  const answer = new Promise<boolean>((resolve) => {
    socket.once('data', (chunk: Buffer) => resolve(chunk.includes(text))).once('close', () => resolve(false))
  })
  return Promise.race([answer, sleep(ANSWER_MS, false, { ref: false })])
}

async function open(): Promise<Socket | undefined> {
  const socket = connect(80, '127.0.0.1').on('error', () => socket.destroy())
  const key = randomBytes(16).toString('base64')
  socket.write(
    `GET /user/${PERSON}/channels HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  )
  return (await hears(socket, 'HTTP/1.1 101')) ? socket : undefined
}

async function echoes(socket: Socket): Promise<boolean> {
  socket.write(PING)
  return hears(socket, PONG)
}

const { count, hold } = JSON.parse(process.argv[2] ?? '') as Request
const server = await backend()
const began = performance.now()
const all = await Promise.all(Array.from({ length: count }, open))
const sockets = all.filter((socket) => socket !== undefined)
const openMs = performance.now() - began
await sleep(hold * 1000)
const alive = await Promise.all(sockets.map(echoes))
const held = alive.filter(Boolean).length
console.log(JSON.stringify({ openMs, opened: sockets.length, held } satisfies Answer))
for (const socket of sockets) socket.destroy()
server.close()
server.closeAllConnections()
rmSync(ROUTE, { force: true })
