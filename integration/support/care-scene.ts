/** The people of support/attack/roles.ts on one machine; the operator and the instructor have their servers. */
import type { TestAPI } from 'vitest'

import { addPeople, CHOSEN } from './administrator.ts'
import { Client } from './client.ts'
import { type Machine, type MachineOptions, machineTest } from './machine.ts'

export interface CareScene {
  readonly machine: Machine
  /** The operator. */
  readonly olga: Client
  /** The instructor of course-a. */
  readonly ivan: Client
}

async function makeScene(machine: Machine): Promise<CareScene> {
  const [first] = await addPeople(machine, ['olga'], '--operator')
  const [second] = await addPeople(machine, ['ivan'], '--instructor', 'course-a')
  await addPeople(machine, ['ada'], '--group', 'course-a')
  await addPeople(machine, ['bob'], '--group', 'course-b')
  await addPeople(machine, ['lotte'])
  await machine.ok(['tljh', 'user', 'lock', 'lotte', '--reason', 'by an owner'])
  const [olga, ivan] = [new Client(machine.url), new Client(machine.url)]
  await Promise.all([olga.enter('olga', first ?? '', CHOSEN), ivan.enter('ivan', second ?? '', CHOSEN)])
  await Promise.all([olga.spawn(), ivan.spawn()])
  return { machine, olga, ivan }
}

/** A `test` whose context has `scene`: one for the file. */
export function careTest(options: MachineOptions): TestAPI<{ machine: Machine; scene: CareScene }> {
  return machineTest(options).extend<{ $file: { scene: CareScene } }>({
    scene: [
      async ({ machine }, use): Promise<void> => {
        await use(await makeScene(machine))
      },
      { scope: 'file' },
    ],
  })
}
