/** One account under another hub name, and accounts that were on the machine before: the same home, nobody else's. */
import { readFileSync } from 'node:fs'

import { expect } from 'vitest'

import { CHOSEN, newcomer, tljh } from './support/administrator.ts'
import { Client } from './support/client.ts'
import { state } from './support/installation.ts'
import { killedAt } from './support/killed.ts'
import { ledgerRows } from './support/ledger.ts'
import { knock } from './support/login.ts'
import { type Machine, machineTest } from './support/machine.ts'
import { until } from './support/until.ts'

const test = machineTest({ image: 'installed' })
const SLOW = { timeout: 300_000 }

const passwd = async (machine: Machine, unix: string): Promise<string> =>
  machine.ok(['getent', 'passwd', unix])

/** Comes in, and tells who the kernel is and what lies in a file of the home. */
async function atWork(machine: Machine, name: string): Promise<string> {
  const person = new Client(machine.url)
  expect(await person.login(name, CHOSEN)).toBe('in')
  await person.spawn()
  const kernel = await person.kernel()
  const { output } = await kernel.shell('id -un; pwd; cat mine; echo more >>mine && ls -A /home')
  kernel.close()
  await person.stopServer()
  return output
}

test('a renamed person has the same account, home and password', SLOW, async ({ machine }) => {
  const rob = await newcomer(machine, 'rob', '--group', 'lab')
  await rob.spawn()
  await (await rob.kernel()).shell('echo of rob >mine')
  const before = await passwd(machine, 'jupyter-rob')
  expect(await tljh(machine, 'user', 'rename', 'rob', 'Robin')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('rob is robin now, with the same account jupyter-rob'),
  })
  expect((await rob.request('/user/rob/lab')).path, 'sessions end').toMatch(/^\/hub\/login/)
  expect((await knock(machine, 'rob', CHOSEN)).status).toBe(403)
  expect(await tljh(machine, 'user', 'show', 'rob')).toMatchObject({ code: 64 })
  expect(await passwd(machine, 'jupyter-rob')).toBe(before)
  expect(await machine.ok(['id', '-nG', 'jupyter-rob'])).toBe('jupyter-rob jupyterhub-users lab\n')
  expect(await atWork(machine, 'robin')).toBe('jupyter-rob\n/home/jupyter-rob\nof rob\njupyter-rob\n')
  expect((await tljh(machine, 'plan', '--check')).code).toBe(0)
  for (const next of ['boss', 'robin', 'BOSS'])
    expect(await tljh(machine, 'user', 'rename', 'robin', next)).toMatchObject({ code: 64 })
})

test(
  'a rename that was killed after the ledger is finished by the same command',
  SLOW,
  async ({ machine }) => {
    await newcomer(machine, 'pia', '--instructor', 'lab')
    await machine.sh(
      `printf 'name,groups\\npia,evening\\n' >/root/evening.csv; tljh roster apply /root/evening.csv`,
    )
    const before = await passwd(machine, 'jupyter-pia')
    const words = ['tljh', 'user', 'rename', 'pia', 'pina']
    await killedAt(machine, words, { receipt: 'file:/opt/tljh/config/config.yaml' })
    expect(ledgerRows(machine, `SELECT hub_name FROM people WHERE unix_name = 'jupyter-pia'`)).toEqual([
      { hub_name: 'pina' },
    ])
    expect(readFileSync(machine.path('/opt/tljh/config/config.yaml'), 'utf8')).toMatch(/\bpia\b/)

    // Nothing else may take the old name for somebody new.
    expect(await tljh(machine, 'reconfigure')).toMatchObject({
      code: 69,
      stderr: expect.stringContaining('sudo tljh user rename pia pina'),
    })
    expect(await machine.run(words)).toMatchObject({ code: 0 })
    for (const file of ['config.yaml', 'rosters/evening.csv']) {
      const text = readFileSync(machine.path(`/opt/tljh/config/${file}`), 'utf8')
      expect(text).toMatch(/\bpina\b/)
      expect(text).not.toMatch(/\bpia\b/)
    }
    expect(await passwd(machine, 'jupyter-pia')).toBe(before)
    expect(ledgerRows(machine, `SELECT count(*) AS n FROM people WHERE hub_name LIKE 'pi%'`)).toEqual([
      { n: 1 },
    ])
    expect((await knock(machine, 'pia', CHOSEN)).status).toBe(403)
    const pina = new Client(machine.url)
    expect(await pina.login('pina', CHOSEN)).toBe('in')
    await until(
      async () => pina.api('GET', 'users'),
      ({ status }) => status === 200,
    )
    expect((await tljh(machine, 'plan', '--check')).code).toBe(0)
  },
)

/** As TLJH made it, with what has come together in the home since. */
const OLD = 'jupyter-user@example.com'
const MAKE_OLD = `useradd --badname --create-home --shell /bin/bash '${OLD}' 2>/dev/null
  chmod o-rwx '/home/${OLD}'; echo of old >'/home/${OLD}/mine'; chown '${OLD}:' '/home/${OLD}/mine'
  mkdir -p /home/${OLD}/data; echo 1 >/home/${OLD}/data/deep; chown -R '${OLD}:' '/home/${OLD}/data'`

test('an account that TLJH made is adopted and its home goes on', SLOW, async ({ machine }) => {
  await machine.sh(MAKE_OLD)
  const before = await passwd(machine, OLD)
  const adopted = await tljh(machine, 'user', 'adopt', 'user@example.com', '--unix', OLD)
  expect(adopted).toMatchObject({ code: 0, stdout: expect.stringContaining(`has the account ${OLD}`) })
  const oneTime = /one-time password: (\S+)/.exec(adopted.stdout)?.[1] ?? ''
  const person = new Client(machine.url)
  expect(await person.login('user@example.com', oneTime)).toBe('choose')
  await person.choosePassword(CHOSEN)
  expect(await passwd(machine, OLD)).toBe(before)
  expect(await machine.ok(['stat', '-c', '%a %U', `/home/${OLD}`])).toBe(`700 ${OLD}\n`)

  expect(await atWork(machine, 'user@example.com')).toBe(`${OLD}\n/home/${OLD}\nof old\n${OLD}\n`)
  expect(await machine.ok(['cat', `/home/${OLD}/mine`])).toBe('of old\nmore\n')
  expect(await machine.ok(['stat', '-c', '%U', `/home/${OLD}/data/deep`])).toBe(`${OLD}\n`)
  expect(await tljh(machine, 'user', 'adopt', 'user@example.com', '--unix', OLD)).toMatchObject({ code: 0 })
  expect((await tljh(machine, 'plan', '--check')).code).toBe(0)

  await machine.ok(['tljh', 'user', 'lock', 'user@example.com', '--reason', 'x'])
  expect(await passwd(machine, OLD)).toMatch(/nologin$/m)
  await machine.ok(['tljh', 'user', 'unlock', 'user@example.com'])
  expect(await passwd(machine, OLD)).toBe(before)
  await machine.ok(['tljh', 'user', 'set', 'user@example.com', '--operator'])
  const operator = new Client(machine.url)
  await operator.enter('user@example.com', CHOSEN, CHOSEN)
  await operator.spawn()
  const kernel = await operator.kernel()
  expect(await kernel.shell('sudo -n tljh user list >/dev/null; id -un; pwd')).toEqual({
    code: 0,
    output: `${OLD}\n/home/${OLD}\n`,
  })
  kernel.close()
  await operator.stopServer()
})

test(
  'an account that is in the way is named with the way out, and is nobody else’s then',
  SLOW,
  async ({ machine }) => {
    await machine.sh('useradd --create-home jupyter-eve')
    expect(await tljh(machine, 'user', 'add', 'eve')).toMatchObject({
      code: 69,
      stderr: expect.stringContaining('sudo tljh user adopt eve --unix jupyter-eve'),
    })
    expect(await tljh(machine, 'user', 'adopt', 'eve', '--unix', 'jupyter-eve')).toMatchObject({ code: 0 })
    expect(await tljh(machine, 'user', 'adopt', 'eva', '--unix', 'jupyter-eve')).toMatchObject({ code: 64 })
    expect(await tljh(machine, 'user', 'adopt', 'eve', '--unix', OLD)).toMatchObject({ code: 64 })
  },
)

/** Accounts that are nobody's to have, and how they came about. */
const MAKE_ODD = `
useradd --no-create-home --home-dir /home/linked linked; ln -s /root /home/linked
useradd --no-create-home --home-dir /home/foreign foreign; install -d -o nobody -m 700 /home/foreign
useradd --no-create-home --home-dir /home/nothing nothing
useradd --no-create-home --home-dir /srv/open/mine open; install -d -m 1777 /srv/open; install -d -o open /srv/open/mine
useradd --no-create-home --home-dir / whole
useradd --non-unique --uid 0 --no-create-home toor
useradd --uid 999 --create-home low
useradd --uid 61500 --create-home high
useradd --badname --no-create-home --home-dir '/home/a b' 'a%b' 2>/dev/null; install -d -o 'a%b' '/home/a b'
useradd --create-home --groups sudo power`

const ODD =
  `root www-data tljh-hub tljh-proxy nobody toor low high jupyter-boss jupyter-rob linked foreign nothing open
whole a%b not-there -r ../root 0 20000`
    .split(/\s+/)
    .concat(['', 'root\nlinked', 'jupyter-boss '])

test(
  'an adoption that was killed after the ledger is finished by the same command',
  SLOW,
  async ({ machine }) => {
    await machine.sh('useradd --create-home --shell /bin/bash fritz; echo of fritz >/home/fritz/mine')
    const before = await passwd(machine, 'fritz')
    const words = ['tljh', 'user', 'adopt', 'fritz', '--unix', 'fritz']
    await killedAt(machine, words, { receipt: 'file:/opt/tljh/config/config.yaml' })
    expect(await machine.run(words)).toMatchObject({ code: 0, stdout: expect.stringContaining('one-time') })
    expect(await passwd(machine, 'fritz')).toBe(before)
    expect(await machine.ok(['id', '-nG', 'fritz'])).toBe('fritz jupyterhub-users\n')
    expect((await tljh(machine, 'plan', '--check')).code).toBe(0)
  },
)

test('accounts of the system, of others, and with homes of others are refused', SLOW, async ({ machine }) => {
  await machine.sh(MAKE_ODD)
  const before = await state(machine)
  for (const unix of ODD) {
    const { code, stdout, stderr } = await tljh(machine, 'user', 'adopt', 'mallory', `--unix=${unix}`)
    expect.soft({ unix, code, stdout }).toEqual({ unix, code: 64, stdout: '' })
    expect.soft(stderr).toMatch(/^error: /)
  }
  expect(await state(machine)).toBe(before)
  expect(await machine.ok(['stat', '-c', '%a %U', '/root'])).toBe('700 root\n')
})
