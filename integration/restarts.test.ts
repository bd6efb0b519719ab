/** Hub, proxy and servers end and start again: what people have open stays, and nobody else takes their place. */
import { expect } from 'vitest'

import { addAndEnter, newcomer, reconfigure } from './support/administrator.ts'
import type { Client } from './support/client.ts'
import { http } from './support/http.ts'
import { machineTest, type Machine } from './support/machine.ts'
import { until } from './support/until.ts'

const test = machineTest({ image: 'installed' })
const SLOW = { timeout: 300_000 }

interface AtWork {
  readonly ada: Client
  readonly kernelId: string
  readonly sleeper: Client
}

/** Prints now and then, so that the culler sees somebody at work whatever the tests around it do. */
const HEARTBEAT = `
import threading, time
def beat():
    while True:
        print('.', end='', flush=True)
        time.sleep(5)
threading.Thread(target=beat, daemon=True).start()
kept = 41
`

/** Ada, who works all the time, and somebody who started a server and went away. */
async function begin(machine: Machine): Promise<AtWork> {
  const [ada, sleeper] = await addAndEnter(machine, ['ada', 'sleeper'])
  if (ada === undefined || sleeper === undefined) throw new Error('nobody was added')
  await reconfigure(machine, { 'services.cull.timeout': 60, 'services.cull.every': 10 })
  await Promise.all([ada.spawn(), sleeper.spawn()])
  const kernelId = await ada.startKernel()
  const kernel = await ada.openKernel(kernelId)
  await kernel.run(HEARTBEAT)
  kernel.close()
  return { ada, kernelId, sleeper }
}

// One machine for the file, so one start for all its tests.
let begun: Promise<AtWork> | undefined
const atWork = async (machine: Machine): Promise<AtWork> => (begun ??= begin(machine))

/** Whether the hub believes that a person's server runs. */
async function hasServer(person: Client): Promise<boolean> {
  const { text } = await person.api('GET', `users/${person.name}`)
  return (JSON.parse(text) as { server: unknown }).server !== null
}

async function hubAnswers(person: Client): Promise<void> {
  await until(
    async () => (await person.api('GET', 'user')).status,
    (status) => status === 200,
  )
}

test(
  'a hub restart leaves kernels on their websocket and servers in their place',
  SLOW,
  async ({ machine }) => {
    const { ada, kernelId } = await atWork(machine)
    const kernel = await ada.openKernel(kernelId)
    const before = await machine.ok(['systemctl', 'show', '--property=MainPID', 'jupyter@ada.service'])
    await machine.ok(['systemctl', 'restart', 'jupyterhub.service'])
    expect(await kernel.run('kept + 1')).toBe('42')
    await hubAnswers(ada)
    const { servers } = JSON.parse((await ada.api('GET', 'users/ada')).text) as { servers: object }
    expect(servers).toMatchObject({ '': { ready: true } })
    expect((await ada.server('GET', 'api/status')).status).toBe(200)
    expect(await machine.ok(['systemctl', 'show', '--property=MainPID', 'jupyter@ada.service'])).toBe(before)
  },
)

test('a proxy reload leaves kernels on their websocket', SLOW, async ({ machine }) => {
  const { ada, kernelId } = await atWork(machine)
  const kernel = await ada.openKernel(kernelId)
  await machine.ok(['systemctl', 'reload', 'jupyterhub-proxy.service'])
  expect((await ada.server('GET', 'api/status')).status).toBe(200)
  expect(await kernel.run('kept + 1')).toBe('42')
  expect(kernel.isOpen).toBe(true)
})

test('a proxy restart leaves kernels, which a new websocket reaches', SLOW, async ({ machine }) => {
  const { ada, kernelId } = await atWork(machine)
  const first = await ada.openKernel(kernelId)
  await machine.ok(['systemctl', 'restart', 'jupyterhub-proxy.service'])
  await until(
    async () => first.isOpen,
    (isOpen) => !isOpen,
  )
  const again = await until(
    async () => ada.openKernel(kernelId).catch(() => undefined),
    (kernel) => kernel !== undefined,
  )
  expect(await again?.run('kept + 1')).toBe('42')
})

/** Tries to listen where the hub listens; prints what came of each attempt. */
const USURP = `
import socket
for family, place in [(socket.AF_INET, ('127.0.0.1', 880)), (socket.AF_INET, ('0.0.0.0', 880)),
                      (socket.AF_UNIX, '/run/tljh-hub/hub.sock'), (socket.AF_UNIX, '/run/tljh-hub/x.sock'),
                      (socket.AF_UNIX, '/run/tljh/helper.sock'), (socket.AF_UNIX, '/run/tljh/user/ada/x.sock')]:
    try:
        socket.socket(family).bind(place)
        print('taken', place)
    except OSError as error:
        print(type(error).__name__, end=' ')
`

test('while the hub is away its place is kept, and the front door says so', SLOW, async ({ machine }) => {
  const { ada, kernelId } = await atWork(machine)
  const kernel = await ada.openKernel(kernelId)
  const units = ['jupyterhub.service', 'jupyterhub-proxy.service']
  await machine.ok(['systemctl', 'stop', 'jupyterhub.service'])
  const page = await ada.request('/hub/login')
  expect(page.status).toBe(503)
  expect(page.text).toContain('The hub is starting')
  expect(page.headers.get('retry-after')).toBe('3')
  expect(await kernel.run('kept + 1'), 'work goes on').toBe('42')
  // Without the proxy as well: nobody holds port 880 then.
  await machine.ok(['systemctl', 'stop', 'jupyterhub-proxy.service'])
  for (const user of ['jupyter-ada', 'nobody', 'tljh-proxy']) {
    const said = await machine.ok(['python3', '-c', USURP], { user })
    expect([user, said]).toEqual([user, expect.not.stringContaining('taken')])
  }
  await machine.ok(['systemctl', 'start', ...units])
  await hubAnswers(ada)
})

test('a server that is killed is said to be away, and starts again', SLOW, async ({ machine }) => {
  const eva = await newcomer(machine, 'eva')
  await eva.spawn()
  await machine.ok(['systemctl', 'kill', '--signal=KILL', '--kill-whom=main', 'jupyter@eva.service'])
  const page = await until(
    async () => eva.request(`${eva.home}lab`),
    ({ status }) => status !== 200,
  )
  expect(page).toMatchObject({ status: 503, text: expect.stringContaining('Your server appears to be down') })
  // The page leads there, and there the hub looks itself: nobody waits for its next round.
  await until(
    async () => {
      await eva.request('/hub/home')
      return hasServer(eva)
    },
    (has) => !has,
  )
  await eva.spawn()
  expect(await (await eva.kernel()).run('1 + 1')).toBe('2')
})

/** A process that only KILL ends. */
const STUBBORN = `import subprocess
_ = subprocess.Popen(['sh', '-c', 'trap "" TERM INT HUP; while :; do sleep 1; done'], start_new_session=True)`

test(
  'a server that does not want to stop is stopped, and nothing counts as failed',
  SLOW,
  async ({ machine }) => {
    const finn = await newcomer(machine, 'finn')
    await finn.spawn()
    expect(await (await finn.kernel()).run(STUBBORN)).toBe('')
    await finn.stopServer()
    await until(
      async () => (await machine.run(['systemctl', 'is-active', 'jupyter@finn.service'])).stdout,
      (state) => state === 'inactive\n',
    )
    expect((await machine.run(['pgrep', '-u', 'jupyter-finn'])).stdout).toBe('')
  },
)

test('the culler stops whoever went away, and its token can do nothing else', SLOW, async ({ machine }) => {
  const { ada, sleeper, kernelId } = await atWork(machine)
  const token = (await machine.ok(['cat', '/opt/tljh/state/culler.token'])).trim()
  const ask = async (method: string, path: string, body?: object): Promise<number> => {
    const headers = { authorization: `token ${token}`, 'content-type': 'application/json' }
    const text = body === undefined ? {} : { body: JSON.stringify(body) }
    return (await http(`${machine.url}${path}`, { method, headers, ...text })).status
  }
  expect(await ask('GET', '/hub/api/users')).toBe(200)
  const denied: readonly (readonly [string, string, object?])[] = [
    ['POST', '/hub/api/users/intruder'],
    ['DELETE', '/hub/api/users/sleeper'],
    ['PATCH', '/hub/api/users/sleeper', { admin: true }],
    ['POST', '/hub/api/users/sleeper/server'],
    ['GET', '/hub/api/users/ada/tokens'],
    ['POST', '/hub/api/users/ada/tokens', {}],
    ['GET', '/hub/api/groups'],
    ['GET', '/hub/api/services'],
    ['GET', '/hub/api/proxy'],
    ['POST', '/hub/api/shutdown', {}],
    ['GET', `${ada.home}api/kernels`],
  ]
  for (const [method, path, body] of denied) {
    const status = await ask(method, path, body)
    expect([method, path, status]).toEqual([method, path, expect.toBeOneOf([403, 404])])
  }
  await until(
    async () => hasServer(sleeper),
    (has) => !has,
    180_000,
  )
  await until(
    async () => (await machine.run(['systemctl', 'is-active', 'jupyter@sleeper.service'])).stdout,
    (state) => state === 'inactive\n',
  )
  const said = await machine.ok(['journalctl', '--no-pager', '-u', 'jupyterhub-culler.service'])
  expect(said).toMatch(/sleeper/)
  const kernel = await ada.openKernel(kernelId)
  expect(await kernel.run('kept + 1'), 'whoever works goes on').toBe('42')
  await ada.stopServer()
  await until(
    async () => (await machine.run(['systemctl', 'is-active', 'jupyter@ada.service'])).stdout,
    (state) => state === 'inactive\n',
  )
})
