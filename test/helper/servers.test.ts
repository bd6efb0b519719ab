import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { FakeMachine, POLICY } from './machine.ts'

let machine: FakeMachine
const start = (name: string, env: Record<string, string> = {}): unknown =>
  machine.ask({ verb: 'start', name, env }).answer
const systemctl = (): string[] => machine.commands.filter((line) => line.includes('systemctl'))
const accounts = (): string[] =>
  machine.commands.filter((line) => line.includes('/sbin/') || line.includes('gpasswd'))

const block = (unit: string, active: string): string =>
  `Id=${unit}\nActiveState=${active}\nSubState=x\nResult=success\nExecMainStatus=0\nInvocationID=1\n`

beforeEach(() => {
  machine = new FakeMachine()
})
afterEach(() => {
  machine.close()
})

describe('start', () => {
  test('makes the account, writes the environment, sets limits, starts the unit', () => {
    expect(start('bob', { JUPYTERHUB_API_TOKEN: 'se"cret' })).toEqual({
      ok: true,
      unix: 'jupyter-bob',
      unit: 'jupyter@bob.service',
      socket: `${machine.root}/run/tljh/user/bob/server.sock`,
      invocation: '0123abcd',
    })
    expect(machine.files.get(`${machine.paths.environments}/bob.env`)).toBe(
      'JUPYTERHUB_API_TOKEN="se\\"cret"\n',
    )
    expect(machine.lstat('/home/jupyter-bob')).toMatchObject({ uid: 20_000, mode: 0o700, type: 'directory' })
    expect([...machine.folders.keys()].filter((path) => path.includes('.tljh-new'))).toEqual([])
    expect(systemctl()).toEqual([
      '/usr/bin/systemctl stop -- jupyter@bob.socket jupyter-admin@bob.socket jupyter@bob.service jupyter-admin@bob.service',
      '/usr/bin/systemctl set-property --runtime -- jupyter@bob.service MemoryMax=1073741824 MemorySwapMax=0 CPUQuota=100% TasksMax=512',
      '/usr/bin/systemctl start -- jupyter@bob.service',
      '/usr/bin/systemctl show --property Id,ActiveState,SubState,Result,ExecMainStatus,InvocationID -- jupyter@bob.service',
    ])
    expect(machine.ledger.find('bob')).toMatchObject({ state: 'active', uid: 20_000 })
  })

  test('a second time leaves the account alone', () => {
    start('bob')
    const before = accounts().length
    expect(start('bob')).toMatchObject({ ok: true })
    expect(accounts().length).toBe(before)
  })

  test('an admin gets sudo and the other template, and loses both again', () => {
    expect(start('ann')).toMatchObject({ unit: 'jupyter-admin@ann.service' })
    expect(machine.readText(machine.paths.group)).toContain('jupyterhub-admins:x:992:jupyter-ann')
    const people = { ...POLICY.people, ann: { admin: false, groups: [] } }
    machine.files.set(machine.paths.policy, JSON.stringify({ ...POLICY, people }))
    expect(start('ann')).toMatchObject({ unit: 'jupyter@ann.service' })
    expect(machine.readText(machine.paths.group)).toContain('jupyterhub-admins:x:992:\n')
    expect(systemctl().at(-4)).toContain('stop -- jupyter@ann.socket jupyter-admin@ann.socket')
  })

  test('goes on after a start that was cut off anywhere', () => {
    for (const cut of ['/usr/sbin/groupadd', '/usr/sbin/useradd', '/usr/bin/cp', '/usr/bin/chown']) {
      const other = new FakeMachine()
      other.answers.push([cut, { code: 137, stderr: 'killed' }])
      expect(other.ask({ verb: 'start', name: 'bob', env: {} }).answer).toMatchObject({
        ok: false,
        error: 'failed',
      })
      expect(other.ledger.find('bob')?.state).toBe('new')
      other.answers.length = 0
      expect(other.ask({ verb: 'start', name: 'bob', env: {} }).answer).toMatchObject({ ok: true })
      expect(other.lstat('/home/jupyter-bob')).toMatchObject({ uid: 20_000, mode: 0o700 })
      expect(other.ledger.find('bob')).toMatchObject({ state: 'active', uid: 20_000 })
      other.close()
    }
  })

  test('believes the machine, not the exit code', () => {
    machine.run = (argv) => {
      machine.commands.push(argv.join(' '))
      return { code: 0, stdout: '', stderr: '' }
    }
    expect(start('bob')).toMatchObject({ ok: false, error: 'failed' })
    expect(machine.ledger.find('bob')?.state).toBe('new')
    expect(systemctl()).toHaveLength(1)
  })

  test('never starts without limits', () => {
    machine.answers.push(['/usr/bin/systemctl set-property', { code: 1, stderr: 'Failed' }])
    expect(start('bob')).toMatchObject({
      ok: false,
      message: expect.stringContaining('limits of jupyter@bob.service'),
    })
    expect(systemctl().some((line) => line.includes('systemctl start'))).toBe(false)
  })

  test('a unit that does not start gives a sentence, and nothing stays behind', () => {
    const shown =
      'Id=jupyter@bob.service\nActiveState=failed\nSubState=failed\nResult=exit-code\nExecMainStatus=200\n'
    machine.answers.push([
      '/usr/bin/systemctl start',
      { code: 1, stderr: 'Job for jupyter@bob.service canceled.' },
    ])
    machine.answers.push(['/usr/bin/systemctl show', { code: 0, stdout: shown }])
    const { answer, log } = machine.ask({ verb: 'start', name: 'bob', env: { TZ: 'UTC' } })
    expect(answer).toEqual({
      ok: false,
      error: 'failed',
      message:
        'the server did not start: its home folder could not be entered; the administrator finds more with `journalctl -u jupyter@bob.service`',
    })
    expect(log).toMatch(/^<3>start 'bob': failed: the server did not start/)
    expect(machine.files.has(`${machine.paths.environments}/bob.env`)).toBe(false)
    expect(systemctl().at(-1)).toContain('systemctl stop')
  })

  test.each([
    ['somebody the policy does not have', 'eve', {}, 'not-allowed', `'eve' is not among the people`],
    ['a word of JavaScript', 'constructor', {}, 'not-allowed', `'constructor' is not among`],
    ['a name that is none', '../bob', {}, 'bad-name', `the name '../bob'`],
    ['a hidden character', 'bo\u200Bb', {}, 'bad-name', String.raw`bo\u{200b}b`],
    ['a variable that chooses code', 'bob', { LD_PRELOAD: 'x' }, 'bad-request', 'LD_PRELOAD'],
    ['an application', 'bob', { JUPYTERHUB_SINGLEUSER_APP: 'x' }, 'bad-request', 'JUPYTERHUB_SINGLEUSER_APP'],
    ['a newline in a value', 'bob', { TZ: 'a\nPATH=b' }, 'bad-request', 'control characters'],
  ])('refuses %s', (...[, name, env, error, part]) => {
    const answer = start(name, env)
    expect(answer).toMatchObject({ ok: false, error, message: expect.stringContaining(part) })
    expect(machine.commands).toEqual([])
    expect(machine.ledger.list()).toEqual([])
  })

  test('capitals are the same person', () => {
    expect(start('BOB')).toMatchObject({ unix: 'jupyter-bob' })
    expect(machine.ledger.list().map(({ hubName }) => hubName)).toEqual(['bob'])
  })

  test.each(['locked', 'gone'] as const)('refuses somebody who is %s', (state) => {
    start('bob')
    machine.ledger.setState('bob', state)
    machine.commands.length = 0
    expect(start('bob')).toMatchObject({ error: 'not-allowed' })
    expect(machine.commands).toEqual([])
  })

  test('refuses an account that the administrator let expire', () => {
    start('bob')
    machine.files.set(machine.paths.shadow, 'jupyter-bob:!:20000:0:99999:7::1:\n')
    expect(start('bob')).toMatchObject({ error: 'not-allowed', message: expect.stringContaining('expired') })
  })

  test('never takes over an account or a home', () => {
    machine.files.set(
      machine.paths.passwd,
      `${machine.readText(machine.paths.passwd)}jupyter-bob:x:1001:1001::/h:/s\n`,
    )
    expect(start('bob')).toMatchObject({ error: 'failed', message: expect.stringContaining('has uid 1001') })
    machine.makeDirectory('/home/jupyter-ann', 0o755)
    expect(start('ann')).toMatchObject({ message: expect.stringContaining('is there already') })
    expect(accounts()).toEqual([])
  })

  test('makes no home in a folder that others may write', () => {
    machine.setMode('/home', 0o1777)
    expect(start('bob')).toMatchObject({
      error: 'failed',
      message: expect.stringContaining('/home is not a folder of root'),
    })
  })
})

describe('stop and status', () => {
  test('stop takes the environment away, also for somebody who is no longer allowed', () => {
    start('bob', { TZ: 'UTC' })
    machine.files.set(machine.paths.policy, JSON.stringify({ ...POLICY, people: {} }))
    expect(machine.ask({ verb: 'stop', name: 'bob' }).answer).toEqual({ ok: true })
    expect(machine.files.has(`${machine.paths.environments}/bob.env`)).toBe(false)
    expect(systemctl().at(-1)).toBe(
      '/usr/bin/systemctl reset-failed -- jupyter@bob.service jupyter-admin@bob.service',
    )
  })

  test('stop works without a policy and for nobody', () => {
    start('bob')
    machine.files.delete(machine.paths.policy)
    expect(machine.ask({ verb: 'stop', name: 'bob' }).answer).toEqual({ ok: true })
    expect(machine.ask({ verb: 'stop', name: 'nobody' }).answer).toEqual({ ok: true })
    expect(start('bob')).toMatchObject({
      error: 'failed',
      message: expect.stringContaining('tljh reconfigure'),
    })
  })

  test('a stop that fails says so', () => {
    start('bob')
    machine.answers.push(['/usr/bin/systemctl stop', { code: 1, stderr: 'Failed to stop: secret words' }])
    const { answer } = machine.ask({ verb: 'stop', name: 'bob' })
    expect(answer).toMatchObject({ ok: false, error: 'failed' })
    expect(JSON.stringify(answer)).not.toContain('secret words')
  })

  test('status tells of the unit that runs', () => {
    start('bob')
    expect(machine.ask({ verb: 'status', name: 'bob' }).answer).toEqual({
      ok: true,
      unit: 'jupyter@bob.service',
      active: 'active',
      sub: 'running',
      result: 'success',
      exit: 0,
    })
    expect(machine.ask({ verb: 'status', name: 'nobody' }).answer).toMatchObject({
      ok: true,
      active: 'inactive',
    })
  })

  test('status tells of the other template while that one still runs', () => {
    start('bob')
    const stdout = [
      block('jupyter@bob.service', 'inactive'),
      block('jupyter-admin@bob.service', 'active'),
    ].join('\n')
    machine.answers.push(['/usr/bin/systemctl show', { code: 0, stdout }])
    expect(machine.ask({ verb: 'status', name: 'bob' }).answer).toMatchObject({
      unit: 'jupyter-admin@bob.service',
    })
  })
})
