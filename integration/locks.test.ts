/** Locks: which ways in they shut, what they leave alone, and that they count while hub or settings are broken. */
import { expect } from 'vitest'

import { addPeople, CHOSEN, newcomer, reconfigure, tljh } from './support/administrator.ts'
import { ask } from './support/attack/ask.ts'
import { serverEnvironment } from './support/attack/environment.ts'
import { installSsh } from './support/attack/ssh.ts'
import { isActive } from './support/care.ts'
import { Client } from './support/client.ts'
import { http } from './support/http.ts'
import { ledgerRows } from './support/ledger.ts'
import { isIn, knock } from './support/login.ts'
import { type Machine, machineTest } from './support/machine.ts'
import { until } from './support/until.ts'
import { layKey, waysIn } from './support/ways-in.ts'

const test = machineTest({ image: 'installed' })
const SLOW = { timeout: 300_000 }

/** What stands about an account: passwd, expiry, groups. */
const accountOf = async (machine: Machine, unix: string): Promise<string> =>
  machine.sh(`getent passwd ${unix}; getent shadow ${unix} | cut -d: -f8; id -nG ${unix}`)

/** Whether the helper starts a server, as it is asked by a hub that knows of no lock. */
async function helperStarts(machine: Machine, name: string): Promise<boolean> {
  const { ok, message } = await ask(machine, { verb: 'start', name, env: serverEnvironment(name) })
  if (!ok && !/locked|expired/.test(message ?? '')) throw new Error(message)
  return ok
}

/** Whether an API token of somebody opens anything. */
async function tokenOpens(machine: Machine, token: string): Promise<boolean> {
  const headers = { authorization: `token ${token}` }
  const answers = await Promise.all(
    ['/hub/api/user', '/user/lena/api/status'].map(async (path) =>
      http(machine.url + path, { method: 'GET', headers }),
    ),
  )
  return answers.some(({ status }) => status === 200)
}

/** Ways of root itself, which no lock of an account shuts. */
const OF_ROOT = { runuser: 'in', 'a unit of root': 'in' }
const OPEN = {
  ...OF_ROOT,
  su: 'in',
  'su with another shell': 'in',
  'a login session': 'in',
  'sudo from a process that runs': 'in',
  cron: 'in',
  // Nobody of the hub comes over ssh, locked or not.
  'ssh with a key': 'out',
}
const SHUT = { ...Object.fromEntries(Object.keys(OPEN).map((way) => [way, 'out'])), ...OF_ROOT }

test(
  'a lock shuts every way in and names what still runs; unlock opens all again',
  SLOW,
  async ({ machine }) => {
    const [lena] = await Promise.all([newcomer(machine, 'lena', '--admin'), installSsh(machine)])
    await machine.ok(['tljh', 'reconfigure'])
    await layKey(machine, 'jupyter-lena')
    await lena.spawn()
    const made = await lena.api('POST', 'users/lena/tokens', {})
    const { token } = JSON.parse(made.text) as { token: string }
    const before = await accountOf(machine, 'jupyter-lena')
    expect(await waysIn(machine, 'jupyter-lena')).toEqual(OPEN)
    expect(await tokenOpens(machine, token)).toBe(true)

    await machine.ok(['systemd-run', '--quiet', '--uid=jupyter-lena', 'sleep', '1000001'])
    await machine.ok(['loginctl', 'enable-linger', 'jupyter-lena'])
    const locked = await tljh(machine, 'user', 'lock', 'lena', '--reason', 'left on 31 March')
    expect(locked).toMatchObject({ code: 0, stdout: expect.stringMatching(/^lena is locked: /) })
    expect(locked.stdout).toMatch(/^ +still runs: \d+ \S*sleep 1000001$/m)
    expect(locked.stdout).toMatch(/^ +still runs: \d+ \S*systemd --user$/m)
    expect(locked.stdout).not.toContain('serve.py')
    expect(await isActive(machine, 'jupyter-admin@lena.service'), 'her server was stopped at once').toBe(
      false,
    )
    expect(await waysIn(machine, 'jupyter-lena')).toEqual(SHUT)
    expect((await knock(machine, 'lena', CHOSEN)).status).toBe(403)
    expect(await helperStarts(machine, 'lena')).toBe(false)
    expect((await lena.request('/hub/home')).path).toMatch(/^\/hub\/login/)
    expect((await lena.request('/user/lena/lab')).path).toMatch(/^\/hub\/login/)
    expect(await tokenOpens(machine, token)).toBe(false)
    expect((await tljh(machine, 'user', 'start', 'lena')).stderr).toContain('may not have a server')
    expect((await tljh(machine, 'user', 'show', 'lena')).stdout).toContain('left on 31 March')
    expect((await tljh(machine, 'plan', '--check')).code).toBe(0)

    await machine.sh(
      'loginctl disable-linger jupyter-lena; pkill -KILL -u jupyter-lena -f "sleep 100000[1]" || true',
    )
    expect((await tljh(machine, 'user', 'unlock', 'lena')).code).toBe(0)
    expect(await accountOf(machine, 'jupyter-lena')).toBe(before)
    expect(await waysIn(machine, 'jupyter-lena')).toEqual(OPEN)
    expect(await lena.login('lena', CHOSEN)).toBe('in')
    expect(await tokenOpens(machine, token)).toBe(true)
    await lena.spawn()
    await lena.stopServer()
  },
)

test('the last owner who is not locked cannot be locked', async ({ machine }) => {
  await machine.ok(['tljh', 'user', 'lock', 'lena', '--reason', 'x'])
  for (const names of [['boss'], ['lena', 'boss'], ['BOSS']]) {
    expect(await tljh(machine, 'user', 'lock', ...names, '--reason', 'x')).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('the last owner'),
    })
  }
  expect(ledgerRows(machine, `SELECT lock_by FROM people WHERE hub_name = 'boss'`)).toEqual([{ lock_by: '' }])
  await machine.ok(['tljh', 'user', 'unlock', 'lena'])
})

test('an expiry that an administrator set by hand stays', async ({ machine }) => {
  await addPeople(machine, ['max', 'mia'])
  await machine.ok(['usermod', '--expiredate', '1', 'jupyter-max'])
  const before = await accountOf(machine, 'jupyter-max')
  await machine.ok(['tljh', 'reconfigure'])
  await machine.ok(['tljh', 'user', 'lock', 'mia', '--reason', 'x'])
  await machine.ok(['tljh', 'user', 'unlock', 'mia'])
  expect((await tljh(machine, 'plan', '--check')).code).toBe(0)
  expect(await accountOf(machine, 'jupyter-max')).toBe(before)
  expect(await helperStarts(machine, 'max')).toBe(false)
})

const isUp = async (machine: Machine): Promise<number> =>
  (await new Client(machine.url).request('/hub/login')).status

test('while the hub is down every command works, and the hub follows later', SLOW, async ({ machine }) => {
  const [kim, rob] = [await newcomer(machine, 'kim'), await newcomer(machine, 'rob')]
  await addPeople(machine, ['pat'])
  const boss = new Client(machine.url)
  await boss.enter('boss', machine.password, CHOSEN)
  const down = async (): Promise<unknown> => machine.ok(['systemctl', 'stop', 'jupyterhub'])

  await down()
  const given = await tljh(machine, 'user', 'password', 'pat')
  const password = /one-time password: (\S+)/.exec(given.stdout)?.[1] ?? ''
  expect((await tljh(machine, 'user', 'lock', 'kim', '--reason', 'x')).code).toBe(0)
  expect((await kim.request('/hub/home')).path, 'the hub that comes up knows of the lock').toMatch(
    /^\/hub\/login/,
  )
  await down()
  expect(await tljh(machine, 'user', 'rename', 'rob', 'robin')).toMatchObject({ code: 0 })
  await down()
  expect((await tljh(machine, 'user', 'unlock', 'kim')).code).toBe(0)
  await down()
  expect(await tljh(machine, 'user', 'add', 'zed')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^zed +one-time/),
  })

  await until(
    async () => isUp(machine),
    (status) => status === 200,
  )
  expect(await new Client(machine.url).login('pat', password)).toBe('choose')
  expect(await kim.login('kim', CHOSEN)).toBe('in')
  expect((await rob.request('/hub/home')).path).toMatch(/^\/hub\/login/)
  expect(await rob.login('robin', CHOSEN)).toBe('in')
  await until(
    async () => (await boss.api('GET', 'users/rob')).status,
    (status) => status === 404,
    20_000,
  )
})

const BROKEN = '/opt/tljh/config/jupyterhub_config.d/broken.py'

test('a hub that cannot start keeps nobody in who is locked', SLOW, async ({ machine }) => {
  const kai = await newcomer(machine, 'kai')
  await kai.spawn()
  await machine.sh(`echo 'this is no Python' >${BROKEN}; systemctl stop jupyterhub`)
  const locked = await tljh(machine, 'user', 'lock', 'kai', '--reason', 'x')
  expect(locked.code).toBe(1)
  expect(locked.stderr).toMatch(/broken\.py/)
  expect(await isActive(machine, 'jupyter@kai.service'), 'the server was stopped').toBe(false)
  expect((await accountOf(machine, 'jupyter-kai')).split('\n').slice(1)).toEqual(['2', 'jupyter-kai', ''])
  expect(await helperStarts(machine, 'kai')).toBe(false)

  await machine.ok(['rm', BROKEN])
  expect((await tljh(machine, 'user', 'lock', 'kai', '--reason', 'x')).code).toBe(0)
  await until(
    async () => isUp(machine),
    (status) => status === 200,
  )
  expect((await kai.request('/hub/home')).path).toMatch(/^\/hub\/login/)
  await machine.ok(['tljh', 'user', 'unlock', 'kai'])
})

test('with a mistake in config.yaml a lock shuts out all the same', SLOW, async ({ machine }) => {
  await addPeople(machine, ['nils'])
  await machine.sh(`echo '${CHOSEN}' >/root/chosen; tljh user password nils --password-file /root/chosen`)
  expect(isIn(await knock(machine, 'nils', CHOSEN))).toBe(true)
  await machine.sh('cp /opt/tljh/config/config.yaml /root/; echo "userz: {}" >>/opt/tljh/config/config.yaml')
  const locked = await tljh(machine, 'user', 'lock', 'nils', '--reason', 'at once')
  expect(locked).toMatchObject({ code: 78, stderr: expect.stringMatching(/config\.yaml:\d+:\d+: .*userz/) })
  expect((await knock(machine, 'nils', CHOSEN)).status).toBe(403)
  expect(await helperStarts(machine, 'nils')).toBe(false)
  expect((await tljh(machine, 'user', 'show', 'nils')).stdout).toContain('at once')

  await machine.ok(['cp', '/root/config.yaml', '/opt/tljh/config/config.yaml'])
  await reconfigure(machine, {})
  expect(await accountOf(machine, 'jupyter-nils')).toContain('/usr/sbin/nologin\n2\njupyter-nils\n')
  await machine.ok(['tljh', 'user', 'unlock', 'nils'])
  expect(isIn(await knock(machine, 'nils', CHOSEN))).toBe(true)
})
