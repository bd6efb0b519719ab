/** Memory of an idle hub, and of one person's server. */
import { setTimeout as sleep } from 'node:timers/promises'

import type { Answer } from '../inside/memory.ts'
import type { Hub } from '../support/hub.ts'
import { inside } from '../support/machines.ts'
import { tljh, type Row } from '../support/row.ts'

const PLATFORM = ['jupyterhub.service', 'jupyterhub-proxy.service', 'jupyterhub-culler.service'] as const
const PERSON = 'bench0'
const SERVER = `jupyter@${PERSON}.service`
/** Time for start-up memory to be given back and for lazy imports to be done. */
const CALM_MS = 10_000

const of = (answer: Answer, unit: string): number => answer[unit]?.pss ?? 0

/** Proportional set sizes, in mebibytes. */
export async function memory(hub: Hub): Promise<Row[]> {
  await hub.start(PERSON)
  await sleep(CALM_MS)
  const units = [...PLATFORM, SERVER]
  const pss = async (): Promise<Answer> => inside<Answer>(hub.machine, 'memory.ts', { input: units })
  const idle = await pss()
  await hub.kernel(PERSON)
  await sleep(CALM_MS)
  const withKernel = await pss()
  await hub.stop(PERSON)
  const [hubPss = 0, proxyPss = 0, cullerPss = 0] = PLATFORM.map((unit) => of(idle, unit))
  const kernel = of(withKernel, SERVER) - of(idle, SERVER)
  return [
    { what: 'memory (PSS): hub', unit: 'MiB', ours: hubPss, other: tljh(126) },
    { what: 'memory: proxy', unit: 'MiB', ours: proxyPss, other: tljh(88), target: { max: 15 } },
    { what: 'memory: culler', unit: 'MiB', ours: cullerPss, other: tljh(24) },
    {
      what: 'memory: hub, proxy and culler',
      unit: 'MiB',
      ours: hubPss + proxyPss + cullerPss,
      other: tljh(238),
      target: { max: 160 },
    },
    { what: 'memory: a person’s server', unit: 'MiB', ours: of(idle, SERVER), other: tljh(101) },
    { what: 'memory: its kernel', unit: 'MiB', ours: kernel, other: tljh(37) },
  ]
}
