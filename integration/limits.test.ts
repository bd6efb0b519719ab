/** What one person may use of the machine, and what all of them leave to the hub. */
import { expect } from 'vitest'

import { addAndEnter, reconfigure } from './support/administrator.ts'
import { enforcement, sliceMemory } from './support/attack/enforcement.ts'
import { Client } from './support/client.ts'
import type { Kernel } from './support/kernel.ts'
import { type Machine, machineTest } from './support/machine.ts'
import { until } from './support/until.ts'

const GB = 1024 ** 3
const MB = 1024 ** 2
const SLOW = { timeout: 400_000 }

interface People {
  readonly alice: Client
  readonly bob: Client
  readonly carol: Client
}

/** Three people of a small machine, of which it is known that it keeps limits at all. */
const test = machineTest({ image: 'installed', memory: 2 * GB }).extend<{ $file: { people: People } }>({
  people: [
    async ({ machine }, use): Promise<void> => {
      const broken = await enforcement(machine)
      if (broken.length > 0) throw new Error(`this machine does not enforce limits: ${broken.join('; ')}`)
      const [alice, bob, carol] = await addAndEnter(machine, ['alice', 'bob', 'carol'])
      if (alice === undefined || bob === undefined || carol === undefined) throw new Error('nobody was added')
      await use({ alice, bob, carol })
    },
    { scope: 'file' },
  ],
})

/** A fresh server under the limits of now, with a kernel. */
async function begin(client: Client): Promise<Kernel> {
  await client.spawn()
  return client.kernel()
}

async function mainPid(machine: Machine, unit: string): Promise<string> {
  return machine.ok(['systemctl', 'show', '-P', 'MainPID', unit])
}

const EAT = (megabytes: number): string => `python3 -c 'b = b"x" * (${megabytes} << 20)'; echo $?`

test('a memory hog is killed; server, kernel and the others live on', SLOW, async ({ machine, people }) => {
  await reconfigure(machine, { 'limits.memory': '400M' })
  const kernel = await begin(people.alice)
  const server = await mainPid(machine, 'jupyter@alice')
  expect(await kernel.run('x = 42; x')).toBe('42')
  expect((await kernel.shell(EAT(50))).output, 'a small one is let be').toBe('0\n')
  expect((await kernel.shell(EAT(900))).output).toMatch(/^(Killed\n)?137\n$/)
  expect(await kernel.run('x'), 'the kernel is the same').toBe('42')
  expect(await mainPid(machine, 'jupyter@alice')).toBe(server)
})

test(
  'a kernel that is the hog itself is killed, and a new one comes up',
  SLOW,
  async ({ machine, people }) => {
    const kernel = await begin(people.alice)
    const server = await mainPid(machine, 'jupyter@alice')
    const eating = kernel.run('b = b"x" * (900 << 20)', 120_000).catch(() => 'gone')
    await until(
      async () => machine.sh('journalctl -q -o cat -u jupyter@alice'),
      (journal) => journal.includes('KernelRestarter: restarting kernel'),
      120_000,
    )
    kernel.close()
    await eating
    const next = await people.alice.kernel()
    expect(await next.run('1 + 1')).toBe('2')
    expect(await mainPid(machine, 'jupyter@alice')).toBe(server)
    await people.alice.stopServer()
  },
)

const fill = (folder: string): string =>
  `dd if=/dev/zero of=${folder}/big bs=1M count=200; rm -f ${folder}/big`

test('/dev/shm and the runtime folder have a size', SLOW, async ({ machine, people }) => {
  await reconfigure(machine, { 'limits.memory': '600M' })
  const kernel = await begin(people.alice)
  const size = async (place: string): Promise<number> =>
    Number((await kernel.shell(`df --block-size=1M --output=size ${place} | tail -n 1`)).output)
  expect(await size('/dev/shm')).toBe(150)
  expect(await size('/run/tljh/rt')).toBe(32)
  expect((await kernel.shell(fill('/dev/shm'))).output).toContain('No space left on device')
  expect((await kernel.shell(fill('/run/tljh/rt/alice'))).output).toContain('No space left on device')
  const share =
    'from multiprocessing import shared_memory as s; m = s.SharedMemory(create=True, size=10**6); m.unlink(); m.size'
  expect(await kernel.run(share), 'and can be used').toBe('1000000')
  await people.alice.stopServer()
})

test('a fork bomb stops at the limit of tasks; others do not notice', SLOW, async ({ machine, people }) => {
  await reconfigure(machine, { 'limits.tasks': 100 })
  const bomber = await begin(people.alice)
  const other = await begin(people.bob)
  const { code } = await bomber.shell("setsid bash -c 'b() { b | b & }; b' >/dev/null 2>&1 </dev/null &")
  expect(code).toBe(0)
  const tasks = async (): Promise<number> =>
    Number(await machine.ok(['systemctl', 'show', '-P', 'TasksCurrent', 'jupyter@alice']))
  const most = await until(tasks, (count) => count >= 95)
  expect(most).toBeLessThanOrEqual(100)
  expect(await other.run('1 + 1')).toBe('2')
  expect((await other.shell('seq 3 | xargs -n 1 -P 3 true')).code).toBe(0)
  expect((await new Client(people.bob.url).request('/hub/login')).status).toBe(200)
  await people.alice.stopServer()
  await until(
    async () => (await machine.run(['pgrep', '-c', '-u', 'jupyter-alice'])).stdout,
    (count) => count === '0\n',
    120_000,
  )
  await people.bob.stopServer()
  await reconfigure(machine, { 'limits.tasks': undefined })
})

// Processor time of four loops, as a share of the time that passed.
const SPIN = `
import subprocess, sys
loop = "import time; end = time.monotonic() + 6\\nwhile time.monotonic() < end: pass\\nprint(time.process_time())"
children = [subprocess.Popen([sys.executable, "-I", "-c", loop], stdout=subprocess.PIPE, text=True) for _ in range(4)]
print(sum(float(c.communicate()[0]) for c in children) / 6)`

test('a busy loop is held by limits.cpu', SLOW, async ({ machine, people }) => {
  await reconfigure(machine, { 'limits.cpu': 0.2 })
  const kernel = await begin(people.alice)
  const share = Number(await kernel.run(SPIN, 120_000))
  expect(share).toBeGreaterThan(0)
  expect(share).toBeLessThan(0.35)
  const stat = 'cat $(find /sys/fs/cgroup -path "*jupyter@alice*" -name cpu.stat)'
  const [, throttled = '0'] = /nr_throttled (\d+)/.exec(await machine.sh(stat)) ?? []
  expect(Number(throttled), 'it was the quota that held it').toBeGreaterThan(10)
  await people.alice.stopServer()
  await reconfigure(machine, { 'limits.cpu': undefined })
})

const HOG = `
import subprocess, sys
for _ in range(8):
    subprocess.run([sys.executable, "-I", "-c", "import time; b = b'x' * (700 << 20); time.sleep(2)"])
print("done")`

test('three hogs together leave the hub its memory', SLOW, async ({ machine, people }) => {
  await reconfigure(machine, { 'limits.memory': '900M' })
  const kernels = await Promise.all(Object.values(people).map(begin))
  const hub = await mainPid(machine, 'jupyterhub')
  const before = await sliceMemory(machine)
  expect(before.limit).toBeLessThanOrEqual(2 * GB - 400 * MB)
  const hogs = Promise.allSettled(kernels.map(async (kernel) => kernel.run(HOG, 300_000))).then(() => true)
  const statuses = new Set<number>()
  do statuses.add((await new Client(machine.url).request('/hub/login')).status)
  while (!(await Promise.race([hogs, Promise.resolve(false)])))
  expect([...statuses], 'the login page came every time').toEqual([200])
  expect((await sliceMemory(machine)).hits, 'the limit of all was reached').toBeGreaterThan(before.hits)
  expect(await mainPid(machine, 'jupyterhub')).toBe(hub)
  expect(await machine.ok(['systemctl', 'is-active', 'jupyterhub-proxy', 'jupyterhub', 'cron'])).toBe(
    'active\nactive\nactive\n',
  )
})
