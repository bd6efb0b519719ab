/** The attack on all TCP ports at once, and people who come from outside while it lasts. */
import type { Machine } from '../machine.ts'
import { until } from '../until.ts'
import { endIn, startIn } from './background.ts'
import type { Scene } from './scene.ts'

const FIRST = 1024
const END = 65_536
/** As many as one process may hold open in a machine of the tests (20 000). */
const SHARE = 15_000

/** Says for three seconds whether any connection to the hub's API comes about. */
const CONNECT = `import socket, time
said = set()
for _ in range(30):
    try: socket.create_connection(("127.0.0.1", 880), 5).close(); said.add("connected")
    except OSError as error: said.add(error.strerror)
    time.sleep(0.1)
print(*said)`

const NONE_LEFT = 'Cannot assign requested address\n'

/** Binds every port of the machine from mallory's kernel. @throws Error when some stay free */
export async function holdPorts(scene: Scene): Promise<void> {
  const { attacker } = scene
  const starts = Array.from({ length: Math.ceil((END - FIRST) / SHARE) }, (_, at) => FIRST + at * SHARE)
  await startIn(attacker, 'hold-ports.py', [
    ...starts.map((low) => [String(low), String(Math.min(low + SHARE, END))]),
    [],
  ])
  await until(
    async () => portsAreHeld(scene),
    (held) => held,
    120_000,
  )
}

/** Whether the ports are still held. */
export async function portsAreHeld({ attacker }: Scene): Promise<boolean> {
  return (await attacker.run(CONNECT)) === NONE_LEFT
}

/** Gives them back. */
export async function releasePorts({ attacker }: Scene): Promise<void> {
  await endIn(attacker)
}

/** A request to the front door from a port below 1024: somebody from outside needs no port of this machine. */
export async function fromOutside(
  machine: Machine,
  { token, path, method = 'GET' }: { token: string; path: string; method?: string },
): Promise<{ status: number; body: string }> {
  const text = await machine.ok([
    'curl',
    '-sS',
    '--max-time',
    '50',
    '--local-port',
    '200-799',
    '-X',
    method,
    '-H',
    `Authorization: token ${token}`,
    '-w',
    '\n%{http_code}',
    `http://127.0.0.1${path}`,
  ])
  const at = text.lastIndexOf('\n')
  return { status: Number(text.slice(at + 1)), body: text.slice(0, at) }
}
