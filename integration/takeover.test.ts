/** Attacks that wait for a moment: somebody's start or death, a lack of ports, an account that nobody has used yet. */
import { expect } from 'vitest'

import { addPeople, CHOSEN } from './support/administrator.ts'
import { startIn } from './support/attack/background.ts'
import { guessAlice } from './support/attack/guess.ts'
import { metadata, METADATA_URLS } from './support/attack/metadata.ts'
import { fromOutside, holdPorts, portsAreHeld, releasePorts } from './support/attack/ports.ts'
import { race } from './support/attack/race.ts'
import { sceneTest } from './support/attack/scene.ts'
import { installSsh, SSH_TO_MYSELF } from './support/attack/ssh.ts'
import { Client } from './support/client.ts'
import { until } from './support/until.ts'

const test = sceneTest({ image: 'installed' })
const SLOW = { timeout: 400_000 }

test('N11: nobody gets in between while a server starts', SLOW, async ({ scene }) => {
  const { alice, attacker } = scene
  await alice.stopServer()
  const seen = await race(attacker, async () => {
    await alice.spawn()
    const kernel = await alice.kernel()
    expect(await kernel.run('1 + 1')).toBe('2')
    kernel.close()
  })
  expect(seen.own, 'the attacker can make sockets').toBe(seen.tries)
  expect(seen.tries).toBeGreaterThan(50)
  expect(seen).toMatchObject({ sockets: 0, ports: [], processes: [] })
})

test('N10: nobody takes the place of a server that died', SLOW, async ({ scene }) => {
  const { alice, attacker, machine } = scene
  const seen = await race(attacker, async () => {
    await machine.sh('systemctl kill --signal=KILL jupyter@alice.service')
    const page = await until(
      async () => alice.request(`${alice.home}api/status`, { follow: false }),
      ({ status }) => status !== 200,
    )
    expect(page.status, 'the hub or the proxy answers').toBeOneOf([302, 503])
  })
  expect(seen).toMatchObject({ own: seen.tries, sockets: 0, ports: [] })
  // The page that says so knows nobody, and its cookies took the place of hers.
  await alice.request('/hub/home')
  await alice.stopServer()
  await alice.spawn()
})

test('N12: people start servers and kernels while one of them holds every port', SLOW, async ({ scene }) => {
  const { alice, machine } = scene
  const made = await alice.api('POST', 'users/alice/tokens', {})
  const { token } = JSON.parse(made.text) as { token: string }
  await alice.stopServer()
  try {
    await holdPorts(scene)
    const started = await fromOutside(machine, { token, path: '/hub/api/users/alice/server', method: 'POST' })
    expect(started).toMatchObject({ status: expect.toBeOneOf([201, 202]) })
    await until(
      async () => (await fromOutside(machine, { token, path: '/hub/api/users/alice' })).body,
      (body) => body.includes('"ready": true'),
    )
    const kernel = await fromOutside(machine, { token, path: '/user/alice/api/kernels', method: 'POST' })
    expect(kernel).toMatchObject({ status: 201 })
    // ipykernel has come up when its last socket is there.
    await until(
      async () => machine.sh('cat /proc/net/unix'),
      (sockets) => sockets.includes('/run/tljh/rt/alice/pipe-'),
    )
    expect(await portsAreHeld(scene), 'the attack lasted').toBe(true)
  } finally {
    await releasePorts(scene)
  }
})

test('N9: the address of the cloud is shut to servers', SLOW, async ({ scene: { attacker, machine } }) => {
  await metadata(machine)
  for (const url of METADATA_URLS) {
    const fetch = `python3 -I -c 'import urllib.request as u; print(u.urlopen("${url}", timeout=5).status)'`
    expect(await machine.sh(fetch), 'it is there').toBe('200\n')
    expect((await attacker.shell(fetch)).output).toMatch(/timed out|not permitted|unreachable/i)
  }
  const other = `python3 -I -c 'import urllib.request as u; print(u.urlopen("http://127.0.0.1:880/hub/api", timeout=30).status)'`
  expect(await attacker.shell(other), 'others can be reached').toEqual({ code: 0, output: '200\n' })
})

test('R5: nothing of a person outlives their server', SLOW, async ({ scene: { mallory, machine } }) => {
  const kernel = await mallory.kernel()
  await startIn(kernel, 'outlive.py', [[]])
  const running = async (): Promise<string> =>
    (await machine.run(['pgrep', '-u', 'jupyter-mallory', '-a'])).stdout
  await until(running, (text) => text.split('outlived').length > 3)
  await mallory.stopServer()
  await until(running, (text) => text === '')
  await mallory.spawn()
})

test('S4, S6: no session beside the server comes about', SLOW, async ({ scene: { mallory, machine } }) => {
  await machine.sh('useradd --create-home --shell /bin/sh plain')
  const linger = async (user: string): Promise<number> =>
    (await machine.run(['loginctl', 'enable-linger', user], { user })).code
  expect(await linger('plain'), 'others may').toBe(0)
  expect(await linger('jupyter-mallory')).toBe(1)
  await installSsh(machine)
  const way = { user: 'plain', env: { HOME: '/home/plain' } }
  expect(await machine.run(['sh', '-c', SSH_TO_MYSELF], way), 'it is there for others').toMatchObject({
    code: 0,
  })
  const kernel = await mallory.kernel()
  const attack = async (): Promise<void> => {
    const { code, output } = await kernel.shell(SSH_TO_MYSELF)
    expect(code).toBe(255)
    expect(output).toMatch(/Permission denied|Connection closed/)
  }
  // At once, though nobody has told us of the ssh server, and after the next run as well.
  await attack()
  await machine.ok(['tljh', 'reconfigure'], { timeoutMs: 120_000 })
  await attack()
  expect(await machine.sh('journalctl -q -o cat -u ssh')).toMatch(/jupyter-mallory.*DenyGroups/)
})

test('H4: guessing is slow, and does not lock the owner out', SLOW, async ({ scene: { alice, mallory } }) => {
  const kernel = await mallory.kernel()
  const { tried, refused, seconds } = await guessAlice(kernel)
  expect(tried + refused).toBe(40)
  expect(tried, 'ten at once, then one in half a minute').toBeLessThanOrEqual(11 + seconds / 30)
  expect(await new Client(alice.url).login('alice', CHOSEN), 'a strange browser has to wait').toBe('refused')
  expect(await alice.login('alice', CHOSEN), 'her own browser does not').toBe('in')
})

test('H8, H9: nobody gets an account by coming first', SLOW, async ({ scene: { machine } }) => {
  await addPeople(machine, ['dora'], '--admin')
  await addPeople(machine, ['carol'])
  const look = `cut -d: -f1 /etc/passwd; getent shadow jupyter-dora jupyter-carol
    ls -A /home/jupyter-dora /home/jupyter-carol; systemctl list-units --all --plain --no-legend 'jupyter*@*'`
  const before = await machine.sh(look)
  const somebody = new Client(machine.url)
  for (const name of ['dora', 'carol', 'stranger', 'root', 'jupyter-alice', 'tljh-hub']) {
    for (const password of ['secret', CHOSEN, name, ' ']) {
      expect(await somebody.login(name, password), `${name} with ${password}`).toBe('refused')
    }
  }
  for (const path of ['/hub/signup', '/hub/choose-password', '/hub/password', '/hub/admin', '/hub/token']) {
    expect((await somebody.request(path)).path).toMatch(/^\/hub\/(login|signup)/)
  }
  expect((await somebody.request('/hub/signup')).status).toBe(404)
  expect(await machine.sh(look)).toBe(before)
  // The accounts wait for their people, and for nobody else: no password opens them.
  expect(before).toMatch(/^jupyter-dora:![*]?:[^]*^jupyter-carol:![*]?:/m)
  expect(before).not.toMatch(/stranger/)
})
