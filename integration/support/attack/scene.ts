/** Two people on one machine: alice, whose server and kernel run, and mallory, who attacks from a kernel of her own. */
import type { TestAPI } from 'vitest'

import { addAndEnter } from '../administrator.ts'
import type { Client } from '../client.ts'
import type { Kernel } from '../kernel.ts'
import { type Machine, type MachineOptions, machineTest } from '../machine.ts'

export interface Scene {
  readonly machine: Machine
  readonly alice: Client
  readonly victim: Kernel
  readonly mallory: Client
  readonly attacker: Kernel
}

/** What alice leaves where an unprotected machine would show it, as open as she can make it. */
const TREASURE = `
umask 000; chmod 755 ~
for place in ~ /tmp /var/tmp /dev/shm; do echo alices-secret >$place/alice.txt; done
ipcmk -M 4096 -p 0666 >/dev/null
ALICE_MARK=alices-secret setsid sleep 1000001 >/dev/null 2>&1 </dev/null &
`

async function makeScene(machine: Machine): Promise<Scene> {
  const [alice, mallory] = await addAndEnter(machine, ['alice', 'mallory'])
  if (alice === undefined || mallory === undefined) throw new Error('nobody was added')
  await Promise.all([alice.spawn(), mallory.spawn()])
  const [victim, attacker] = await Promise.all([alice.kernel(), mallory.kernel()])
  const { code, output } = await victim.shell(TREASURE)
  if (code !== 0) throw new Error(`alice could not lay out her things: ${output}`)
  return { machine, alice, victim, mallory, attacker }
}

/** A `test` whose context has `scene`: one for the file. */
export function sceneTest(options: MachineOptions): TestAPI<{ machine: Machine; scene: Scene }> {
  return machineTest(options).extend<{ $file: { scene: Scene } }>({
    scene: [
      async ({ machine }, use): Promise<void> => {
        await use(await makeScene(machine))
      },
      { scope: 'file' },
    ],
  })
}
