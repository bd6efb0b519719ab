/** The front door under load, beside configurable-http-proxy and without any proxy. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Machine } from '../../integration/support/machine.ts'
import { mustRun } from '../../integration/support/process.ts'
import type { Answer as Memory } from '../inside/memory.ts'
import type { Answer, Name, Request } from '../inside/proxy.ts'
import type { Answer as Sockets, Request as SocketsRequest } from '../inside/websockets.ts'
import { inside } from '../support/machines.ts'
import { median, tljh, type Other, type Row } from '../support/row.ts'
import type { Part } from './part.ts'

/** JupyterHub's own proxy; the newest when this was written. */
const CHP = 'configurable-http-proxy@5'
const CHP_FOLDER = '/root/chp'
const MANY = 16
const SECONDS = 4
const UNITS = { perSecond: '1/s', p50Ms: 'ms', p99Ms: 'ms', cpuUs: 'µs' } as const
/** TLJH's proxy with the same kind of backend, by connections. */
const TRAEFIK_US = new Map([
  [1, 102],
  [MANY, 65],
])
const SOCKETS: SocketsRequest = { count: 2000, hold: 10 }

async function bringTools(machine: Machine): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tljh-chp-'))
  try {
    await mustRun(['npm', 'install', '--no-audit', '--no-fund', '--prefix', folder, CHP], {
      timeoutMs: 300_000,
    })
    await cp(folder, machine.path(CHP_FOLDER), { recursive: true, verbatimSymlinks: true })
  } finally {
    await rm(folder, { recursive: true })
  }
  await machine.sh('apt-get -qq update && apt-get -qqy install --no-install-recommends wrk', {
    timeoutMs: 300_000,
  })
}

type Figure = 'perSecond' | 'p50Ms' | 'p99Ms' | 'cpuUs'

const CHP_NAME = 'configurable-http-proxy'

function loadRows(turns: Answer, connections: number): Row[] {
  const of = (name: Name, key: Figure): number =>
    median(
      turns.filter((turn) => turn.name === name && turn.connections === connections).map((turn) => turn[key]),
    )
  const at = connections === 1 ? '1 connection' : `${connections} connections`
  const row = (what: string, key: Figure, other: Other): Row => ({
    what: `${at}: ${what}`,
    unit: UNITS[key],
    ours: of('ours', key),
    other,
  })
  const chp = (key: Figure): Other => ({ name: CHP_NAME, value: of('chp', key) })
  const cpu = row('CPU of the proxy a request', 'cpuUs', chp('cpuUs'))
  const socket: Other = { name: `${CHP_NAME} to the same socket`, value: of('chp-socket', 'cpuUs') }
  const traefik = TRAEFIK_US.get(connections)
  return [
    { ...cpu, target: { maxRatio: 1 / 8 } },
    {
      ...cpu,
      what: `${cpu.what}, both with a connection for each`,
      other: socket,
      target: { maxRatio: 1 / 8 },
    },
    ...(traefik === undefined
      ? []
      : [{ ...cpu, what: `${cpu.what}, beside Traefik`, other: tljh(traefik), target: { maxRatio: 1 / 3 } }]),
    row('requests', 'perSecond', chp('perSecond')),
    row('requests', 'perSecond', { name: 'no proxy', value: of('direct', 'perSecond') }),
    row('p50', 'p50Ms', chp('p50Ms')),
    row('p99', 'p99Ms', chp('p99Ms')),
    row('p99', 'p99Ms', { name: 'no proxy', value: of('direct', 'p99Ms') }),
  ]
}

async function sockets(machine: Machine): Promise<Row[]> {
  const answer = await inside<Sockets>(machine, 'websockets.ts', { input: SOCKETS })
  const { 'jupyterhub-proxy.service': proxy } = await inside<Memory>(machine, 'memory.ts', {
    input: ['jupyterhub-proxy.service'],
  })
  return [
    {
      what: '2000 websockets at once: opened',
      unit: '',
      ours: answer.opened,
      target: { min: SOCKETS.count },
    },
    { what: '– still answering after 10 s', unit: '', ours: answer.held, target: { min: SOCKETS.count } },
    { what: '– time until all are open', unit: 's', ours: answer.openMs / 1000 },
    { what: '– memory of the proxy afterwards', unit: 'MiB', ours: proxy?.pss ?? 0 },
  ]
}

export const proxy: Part = async ({ machine, rounds }) => {
  await bringTools(machine)
  const connections = [MANY, 1]
  const input: Request = { rounds: Math.max(5, rounds / 4), seconds: SECONDS, connections, chp: CHP_FOLDER }
  const turns = await inside<Answer>(machine, 'proxy.ts', { input, timeoutMs: 1_800_000 })
  return [...connections.flatMap((count) => loadRows(turns, count)), ...(await sockets(machine))]
}
