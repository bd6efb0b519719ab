/** What one person can do to another and to the machine: attacks that run in a kernel of the attacker's own server. */
import { describe, expect } from 'vitest'

import { capture, type Daemon } from './support/attack/captured.ts'
import { fileAttacks } from './support/attack/files.ts'
import { hubAttacks } from './support/attack/hub-attacks.ts'
import { machineAttacks } from './support/attack/machine-attacks.ts'
import { sceneTest } from './support/attack/scene.ts'
import { receiver, standDown, standIn, tricks } from './support/attack/tricks.ts'
import { verdict } from './support/attack/verdict.ts'
import { http } from './support/http.ts'

const test = sceneTest({ image: 'installed' })
const SLOW = { timeout: 400_000 }

test.for([...fileAttacks, ...machineAttacks, ...hubAttacks])(
  '$id is closed: $attack',
  async (attack, { scene }) => {
    expect(await verdict(scene, attack)).toBe('closed')
  },
)

test('a kernel without a port still shows what its forked children print', async ({
  scene: { attacker },
}) => {
  const fork =
    'import os\nif os.fork() == 0: print("from a child", flush=True); os._exit(0)\nos.wait(); print("done")'
  const output = await attacker.run(fork)
  expect(output).toContain('done')
  expect(output).toContain('from a child')
})

describe('cookies of one person', () => {
  const paths = ['lab', 'api/status', 'api/contents', 'api/kernels', 'files/alice.txt']

  test.for(paths)('open nothing of another: %s', async (path, { scene: { alice, mallory } }) => {
    const ask = async (cookie: string): Promise<number> =>
      (await http(`${alice.url}${alice.home}${path}`, { method: 'GET', headers: { cookie } })).status
    expect(await ask(alice.cookies.header(alice.home))).toBe(200)
    expect(await ask(mallory.cookies.header(mallory.home))).toBeOneOf([302, 403])
    const renamed = mallory.cookies
      .header(mallory.home)
      .replaceAll('jupyterhub-user-mallory', 'jupyterhub-user-alice')
    expect(await ask(renamed)).toBeOneOf([302, 403])
  })

  test("open no channel of another's kernel", async ({ scene: { alice, mallory } }) => {
    const kernels = JSON.parse((await alice.server('GET', 'api/kernels')).text) as { id: string }[]
    const path = `${alice.home}api/kernels/${kernels[0]?.id}/channels`
    const opens = async (cookie: string): Promise<boolean> =>
      new Promise((resolve) => {
        const socket = new WebSocket(alice.url.replace('http', 'ws') + path, {
          headers: { cookie, origin: alice.url },
        })
        socket.addEventListener('open', () => {
          socket.close()
          resolve(true)
        })
        socket.addEventListener('error', () => resolve(false))
      })
    expect(await opens(alice.cookies.header(path))).toBe(true)
    expect(await opens(mallory.cookies.header(mallory.home))).toBe(false)
  })
})

describe('captured', () => {
  test.for<Daemon>(['jupyterhub', 'jupyterhub-proxy'])(
    '%s gains nothing on the machine',
    async (daemon, { scene }) => {
      const { daemon: did, root } = await capture(scene.machine, daemon)
      expect(
        root.filter((line) => !line.startsWith('OPEN')),
        'everything is there to be done',
      ).toEqual([])
      expect(did.filter((line) => line.startsWith('OPEN'))).toEqual(['OPEN CAN'])
      expect(did).toHaveLength(root.length)
    },
  )
})

describe('the proxy', () => {
  test(
    'gives a path to nobody but the one whose cookies come with it',
    SLOW,
    async ({ scene: { machine } }) => {
      await standIn(machine)
      try {
        const got = await Promise.all(tricks.map(async ([path]) => [path, await receiver(machine, path)]))
        expect(got).toEqual(tricks)
      } finally {
        await standDown(machine)
      }
    },
  )
})
