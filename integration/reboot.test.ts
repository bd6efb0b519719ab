/** A reboot and a power cut: everything comes back by itself. */
import { expect } from 'vitest'

import { CHOSEN, newcomer, tljh } from './support/administrator.ts'
import { Client } from './support/client.ts'
import { type Machine, machineTest } from './support/machine.ts'
import { until } from './support/until.ts'

const test = machineTest({ image: 'installed' })

interface Status {
  readonly servers: number
  readonly parts: readonly { readonly unit: string; readonly running: boolean }[]
}

/** Waits until the machine has done all its start jobs. @returns failed units, and what `tljh status` says */
async function backAgain(machine: Machine): Promise<{ failed: string; status: Status }> {
  await until(
    async () => (await machine.run(['systemctl', 'is-system-running'])).stdout.trim(),
    (state) => state === 'running' || state === 'degraded',
  )
  const status = await until(
    async () => JSON.parse((await tljh(machine, 'status', '--json')).stdout) as Status,
    ({ parts }) => parts.every(({ running }) => running),
  )
  return { failed: await machine.ok(['systemctl', '--failed', '--plain', '--no-legend']), status }
}

test.for([
  { name: 'a reboot', down: async (machine: Machine): Promise<void> => machine.reboot() },
  {
    name: 'a power cut',
    down: async (machine: Machine): Promise<void> => {
      await machine.kill()
      await machine.start()
    },
  },
])('after $name the hub, the people and their files are there', async ({ name, down }, { machine }) => {
  const person = name.replace('a ', '').replace(' ', '-')
  const before = await newcomer(machine, person)
  await before.spawn()
  const kernel = await before.kernel()
  await kernel.run(`open("kept.txt", "w").write("of ${person}")`)
  // What a power cut may take is what was not on the disk yet.
  await kernel.shell('sync kept.txt')
  const boot = await machine.sh('cat /proc/sys/kernel/random/boot_id; stat -c %i /run/systemd')

  await down(machine)

  const { failed, status } = await backAgain(machine)
  expect(await machine.sh('cat /proc/sys/kernel/random/boot_id; stat -c %i /run/systemd')).not.toBe(boot)
  expect({ failed, servers: status.servers }).toEqual({ failed: '', servers: 0 })
  const plan = await tljh(machine, 'plan', '--check')
  expect({ code: plan.code, stdout: plan.stdout }).toEqual({ code: 0, stdout: 'Nothing to change.\n' })

  const after = new Client(machine.url)
  expect(await after.login(person, CHOSEN)).toBe('in')
  await after.spawn()
  expect(await (await after.kernel()).run('print(open("kept.txt").read())')).toBe(`of ${person}\n`)
})

test('a session of before the reboot is still good, its server starts again', async ({ machine }) => {
  const person = await newcomer(machine, 'ida')
  await person.spawn()
  await machine.reboot()
  await backAgain(machine)
  await person.spawn()
  expect(await (await person.kernel()).run('1 + 1')).toBe('2')
})
