/** Requests to the root helper over its socket. */
import { setTimeout as sleep } from 'node:timers/promises'

import type { Answer as Times, Request as TimesRequest } from '../inside/commands.ts'
import type { Answer, Request } from '../inside/helper.ts'
import { ADMIN, NODE, inside } from '../support/machines.ts'
import { read, used } from '../support/meter.ts'
import { median, type Row, type Target } from '../support/row.ts'
import type { Bench, Part } from './part.ts'

interface Asked {
  readonly what: string
  readonly request: Readonly<Record<string, unknown>>
  readonly target?: Target
}

const HELPER = '--disable-warning=ExperimentalWarning /opt/tljh/release/current/lib/helper.cjs'

/** Targets: design.md section 7. A password's check is slow on purpose. */
const REQUESTS: readonly Asked[] = [
  { what: 'status, wall', request: { verb: 'status', name: ADMIN }, target: { max: 80 } },
  {
    what: 'check-password (one scrypt), wall',
    request: { verb: 'check-password', name: ADMIN, password: 'not the password' },
  },
]

/** Time in which the machine shows what it does without requests. */
const IDLE_MS = 2000

async function ask({ machine, rounds }: Bench, { what, request, target }: Asked): Promise<Row[]> {
  const input: Request = { rounds: rounds * 2, request }
  const idle = read(machine)
  await sleep(IDLE_MS)
  const before = read(machine)
  const rest = used(idle, before)
  const answer = await inside<Answer>(machine, 'helper.ts', { input, user: 'tljh-hub' })
  const { cpu, wall } = used(before, read(machine))
  if (!answer.said.startsWith('{"ok":')) throw new Error(`the helper said: ${answer.said}`)
  // What the machine does anyway, and the client, are not the helper's.
  const own = (cpu - (rest.cpu / rest.wall) * wall) * 1000 - answer.clientCpuMs
  return [
    { what, unit: 'ms', ours: median(answer.wallMs), ...(target && { target }) },
    { what: '– its CPU, with sandbox and PID 1', unit: 'ms', ours: own / input.rounds },
  ]
}

/** The helper's process as root would start it by hand: no socket, no sandbox. */
async function alone({ machine, rounds }: Bench): Promise<Row[]> {
  const script = `echo '{"verb":"status","name":"${ADMIN}"}' | PEER=0-0-0 ${NODE} ${HELPER}`
  const input: TimesRequest = {
    rounds,
    commands: [
      [NODE, '-e', '0'],
      ['sh', '-c', script],
    ],
  }
  const [floor, own] = await inside<Times>(machine, 'commands.ts', { input })
  if (floor === undefined || own === undefined) throw new Error('no timings')
  const other = { name: 'node -e 0', value: floor.cpuMs }
  return [{ what: 'status, the process alone: CPU', unit: 'ms', ours: own.cpuMs, other, target: { max: 35 } }]
}

export const helper: Part = async (bench) => {
  const rows = await alone(bench)
  for (const request of REQUESTS) rows.push(...(await ask(bench, request)))
  return rows
}
