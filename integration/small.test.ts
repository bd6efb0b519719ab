/** A server with 1 GB of memory: installs, and one person computes. */
import { expect } from 'vitest'

import { copyCheckout } from './support/checkout.ts'
import { Client } from './support/client.ts'
import { printedPassword } from './support/installed.ts'
import { machineTest } from './support/machine.ts'

const GIGABYTE = 1024 ** 3

const test = machineTest({ image: 'bare', checkout: true, memory: GIGABYTE })

test('1 GB is enough to install and for a person to compute', { timeout: 400_000 }, async ({ machine }) => {
  await copyCheckout(machine)
  const command = ['/root/checkout/bootstrap.sh', '--admin', 'boss']
  const output = await machine.ok(command, { timeoutMs: 300_000 })
  const boss = new Client(machine.url)
  await boss.enter('boss', printedPassword(output) ?? '', 'correct horse battery')
  await boss.spawn()
  const kernel = await boss.kernel()
  expect(await kernel.run('sum(range(10_000))')).toBe('49995000')
  kernel.close()
  // Nothing was killed for want of memory: the machine's own counter of its group.
  expect(await machine.sh('grep -h "^oom_kill " /sys/fs/cgroup/memory/memory.oom_control || true')).toMatch(
    /^(oom_kill 0\n)?$/,
  )
})
