/**
 * Puts load on the front door, on configurable-http-proxy and on the backend itself, turn by turn, with wrk; proxy, load
 * and backend share the cores as they like. Argument: a Request as JSON; prints an Answer as JSON.
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Request {
  readonly rounds: number
  /** Seconds of load in each turn. */
  readonly seconds: number
  /** Connections at once, one measurement each. */
  readonly connections: readonly number[]
  /** Folder of configurable-http-proxy. */
  readonly chp: string
}

/** chp-socket: its route leads to the same unix socket as ours, not to a TCP port, which is its usual way. */
const NAMES = ['direct', 'ours', 'chp', 'chp-socket'] as const
export type Name = (typeof NAMES)[number]

/** One turn of load. */
interface Turn {
  readonly name: Name
  readonly connections: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** CPU of the proxy's processes, microseconds a request; 0 for direct. */
  readonly cpuUs: number
}

export type Answer = readonly Turn[]

const PORTS = { backend: 9001, chp: 9002, api: 9003 }
const PERSON = 'bench-backend'
const FOLDER = '/run/tljh-bench'
const ROUTE = `/run/tljh-hub/routes/user/${PERSON}`
const TICK_US = 10_000

// The smallest server that answers: a second nginx, on a socket as a user's server has it, and on a port for the others.
const BACKEND = `pid ${FOLDER}/backend.pid; error_log stderr crit; worker_processes 1; daemon off; user root;
events { worker_connections 4096; }
http { access_log off; server { listen unix:${FOLDER}/server.sock; listen 127.0.0.1:${PORTS.backend}; keepalive_requests 1000000000;
  location / { return 200 '{"version":"0.0.0bench"}'; } } }`

const URLS: Readonly<Record<Name, string>> = {
  direct: `http://127.0.0.1:${PORTS.backend}/user/${PERSON}/api`,
  ours: `http://127.0.0.1:80/user/${PERSON}/api`,
  chp: `http://127.0.0.1:${PORTS.chp}/user/${PERSON}/api`,
  'chp-socket': `http://127.0.0.1:${PORTS.chp}/user/${PERSON}-socket/api`,
}

/** Routes of configurable-http-proxy. */
const ROUTES = {
  [PERSON]: `http://127.0.0.1:${PORTS.backend}`,
  [`${PERSON}-socket`]: `http+unix://${encodeURIComponent(`${FOLDER}/server.sock`)}`,
}

function startBackend(): number {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(`${FOLDER}/nginx.conf`, BACKEND)
  mkdirSync('/run/tljh-hub/routes/user', { recursive: true })
  rmSync(ROUTE, { force: true })
  symlinkSync(FOLDER, ROUTE)
  const argv = ['-e', 'stderr', '-c', `${FOLDER}/nginx.conf`]
  return spawn('nginx', argv, { stdio: ['ignore', 'ignore', 'inherit'] }).pid ?? 0
}

function startChp(folder: string): number {
  const program = `${folder}/node_modules/configurable-http-proxy/bin/configurable-http-proxy`
  const options = [`--port=${PORTS.chp}`, `--api-port=${PORTS.api}`, '--ip=127.0.0.1', '--api-ip=127.0.0.1']
  const child = spawn(process.execPath, [program, '--log-level=error', ...options], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { CONFIGPROXY_AUTH_TOKEN: 'bench', PATH: '/usr/bin:/bin' },
  })
  return child.pid ?? 0
}

/** Waits for an answer 200. @throws Error after 20 s */
async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const status = await fetch(url).then(
      ({ status: code }) => code,
      () => 0,
    )
    if (status === 200) return
    await sleep(100)
  }
  throw new Error(`${url} does not answer 200`)
}

async function addChpRoute(person: string, target: string): Promise<void> {
  const url = `http://127.0.0.1:${PORTS.api}/api/routes/user/${person}`
  const init = { method: 'POST', headers: { authorization: 'token bench' }, body: JSON.stringify({ target }) }
  for (let tries = 0; tries < 200; tries += 1) {
    const done = await fetch(url, init).then(
      ({ ok }) => ok,
      () => false,
    )
    if (done) return
    await sleep(100)
  }
  throw new Error('configurable-http-proxy takes no route')
}

/** The proxy's processes: one, or the workers of our nginx. */
function proxyPids(): number[] {
  const main = execFileSync('systemctl', [
    'show',
    '--value',
    '--property=MainPID',
    'jupyterhub-proxy.service',
  ])
  const parent = main.toString().trim()
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => statOf(pid)[1] === parent)
    .map(Number)
}

/** Fields of /proc/PID/stat after the name: state, parent, … */
function statOf(pid: number | string): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  } catch {
    return []
  }
}

function cpuUs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const stat = statOf(pid)
    return sum + (Number(stat[11]) + Number(stat[12])) * TICK_US
  }, 0)
}

const SCALE: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 }

function figure(text: string, pattern: RegExp): number {
  const [, number, unit = 'ms'] = pattern.exec(text) ?? []
  if (number === undefined) throw new Error(`wrk did not say ${pattern.source}:\n${text}`)
  return Number(number) * (SCALE[unit] ?? 1)
}

function turn(
  name: Name,
  connections: number,
  { seconds, pids }: { seconds: number; pids: readonly number[] },
): Turn {
  const before = cpuUs(pids)
  const load = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', URLS[name]]
  const text = execFileSync('wrk', load, { encoding: 'utf8' })
  if (/Non-2xx/.test(text)) throw new Error(`${name} answered with errors:\n${text}`)
  const requests = figure(text, /(\d+) requests in/)
  return {
    name,
    connections,
    perSecond: figure(text, /Requests\/sec:\s+([\d.]+)/),
    p50Ms: figure(text, /50%\s+([\d.]+)(us|ms|s)/),
    p99Ms: figure(text, /99%\s+([\d.]+)(us|ms|s)/),
    cpuUs: pids.length === 0 ? 0 : (cpuUs(pids) - before) / requests,
  }
}

async function measure(request: Request, chp: number): Promise<Answer> {
  for (const [person, target] of Object.entries(ROUTES)) await addChpRoute(person, target)
  for (const url of Object.values(URLS)) await answers(url)
  const ours = proxyPids()
  const pids: Record<Name, readonly number[]> = { direct: [], ours, chp: [chp], 'chp-socket': [chp] }
  const turns: Turn[] = []
  for (let round = 0; round < request.rounds; round += 1) {
    for (const connections of request.connections) {
      for (const name of NAMES) {
        turns.push(turn(name, connections, { seconds: request.seconds, pids: pids[name] }))
      }
    }
  }
  return turns
}

const asked = JSON.parse(process.argv[2] ?? '') as Request
const started = [startBackend(), startChp(asked.chp)]
try {
  console.log(JSON.stringify(await measure(asked, started[1] ?? 0)))
} finally {
  for (const pid of started) process.kill(pid, 'SIGTERM')
  rmSync(ROUTE, { force: true })
}
