/** The whole bootstrap once more, with nothing to do: time, and whether anybody notices. */
import { setTimeout as sleep } from 'node:timers/promises'

import type { Machine } from '../../integration/support/machine.ts'
import { ADMIN, SHELL } from '../support/machines.ts'
import { read, used, type Used } from '../support/meter.ts'
import { median, tljh } from '../support/row.ts'
import type { Part } from './part.ts'

const UNITS = ['jupyterhub.service', 'jupyterhub-proxy.service', 'jupyterhub-culler.service']
const PROBE_MS = 20

/** The runs of our units: a restart shows as another id. */
async function invocations(machine: Machine): Promise<string> {
  return machine.ok([
    'systemctl',
    'show',
    '--property=InvocationID,MainPID,NRestarts,StateChangeTimestamp',
    ...UNITS,
  ])
}

/** Asks for the login page while the work lasts. @returns seconds for which it did not come */
async function awayDuring(url: string, work: Promise<unknown>): Promise<number> {
  const state = { over: false }
  const done = work.finally(() => (state.over = true))
  let away = 0
  while (!state.over) {
    const began = performance.now()
    const status = await fetch(`${url}/hub/login`).then(
      ({ status: code }) => code,
      () => 0,
    )
    await sleep(PROBE_MS)
    if (status !== 200) away += performance.now() - began
  }
  await done
  return away / 1000
}

async function again(machine: Machine): Promise<Used> {
  const before = read(machine)
  const output = await machine.ok(['/root/release/bootstrap.sh', '--admin', ADMIN], { env: SHELL })
  if (!output.includes('Nothing to change.')) throw new Error(`a second run changed something:\n${output}`)
  return used(before, read(machine))
}

/** The same command again. @throws Error when it changes or restarts something */
export const secondRun: Part = async ({ machine, rounds }) => {
  const runs: Used[] = []
  const before = await invocations(machine)
  for (let count = 0; count < Math.max(5, rounds / 4); count += 1) runs.push(await again(machine))
  const outage = await awayDuring(machine.url, again(machine))
  if ((await invocations(machine)) !== before) throw new Error('a second run restarted something')
  const of = (key: keyof Used): number => median(runs.map((run) => run[key]))
  return [
    { what: 'second run, wall', unit: 's', ours: of('wall'), other: tljh(7.5), target: { max: 1 } },
    { what: 'second run, CPU', unit: 's', ours: of('cpu'), other: tljh(4.4) },
    { what: 'second run, bytes received', unit: 'MB', ours: of('received') / 1e6 },
    { what: 'second run, login page away', unit: 's', ours: outage, other: tljh(4), target: { max: 0 } },
  ]
}
