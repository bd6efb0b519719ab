import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { StepError } from '../../src/errors.ts'
import { FakeMachine, POLICY } from './machine.ts'

let machine: FakeMachine
const start = (name: string, env: Record<string, string> = {}): unknown =>
  machine.ask({ verb: 'start', name, env }).answer
const systemctl = (): string[] => machine.commands.filter((line) => line.includes('systemctl'))
const accounts = (): string[] =>
  machine.commands.filter((line) => line.includes('/sbin/') || line.includes('gpasswd'))

function killed(): never {
  throw new StepError('killed')
}

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
    expect(machine.copies).toEqual([`${machine.paths.skeleton} into /home/.tljh-new-bob/home`])
    expect(machine.ledger.find('bob')).toMatchObject({ state: 'active', uid: 20_000 })
  })

  test('a second time leaves the account alone', () => {
    start('bob')
    const before = accounts().length
    expect(start('bob')).toMatchObject({ ok: true })
    expect(accounts().length).toBe(before)
  })

  test.each([
    ['owner', [], 'jupyterhub-admins:x:992:'],
    ['operator', [], 'jupyterhub-operators:x:995:'],
    ['instructor', ['lab'], 'jupyterhub-instructors:x:996:'],
  ] as const)('an %s gets sudo and the other template, and loses both again', (...[role, teaches, line]) => {
    machine.ledger.access.replace(new Map([['ann', { role, groups: teaches, teaches }]]))
    expect(start('ann')).toMatchObject({ unit: 'jupyter-admin@ann.service' })
    expect(machine.readText(machine.paths.group)).toContain(`${line}jupyter-ann\n`)
    machine.ledger.access.replace(new Map([['ann', { role: 'user', groups: [], teaches: [] }]]))
    expect(start('ann')).toMatchObject({ unit: 'jupyter@ann.service' })
    expect(machine.readText(machine.paths.group)).toContain(`${line}\n`)
    expect(systemctl().at(-4)).toContain('stop -- jupyter@ann.socket jupyter-admin@ann.socket')
  })

  test('goes on after a start that was cut off anywhere', () => {
    const cuts: Readonly<Record<string, (other: FakeMachine) => void>> = {
      groupadd: (other) => void other.answers.push(['/usr/sbin/groupadd', { code: 137, stderr: 'killed' }]),
      useradd: (other) => void other.answers.push(['/usr/sbin/useradd', { code: 137, stderr: 'killed' }]),
      copyInto: (other) => void vi.spyOn(other, 'copyInto').mockImplementationOnce(killed),
      setOwner: (other) => void vi.spyOn(other, 'setOwner').mockImplementationOnce(killed),
      move: (other) => void vi.spyOn(other, 'move').mockImplementationOnce(killed),
    }
    for (const [name, cut] of Object.entries(cuts)) {
      const other = new FakeMachine()
      cut(other)
      // What is left of a home is there still when the process itself is killed.
      if (name === 'copyInto') vi.spyOn(other, 'remove').mockImplementation(() => undefined)
      expect(other.ask({ verb: 'start', name: 'bob', env: {} }).answer).toMatchObject({
        ok: false,
        error: 'failed',
      })
      expect(other.ledger.find('bob')?.state).toBe('new')
      other.answers.length = 0
      vi.restoreAllMocks()
      expect(other.ask({ verb: 'start', name: 'bob', env: {} }).answer).toMatchObject({ ok: true })
      expect(other.lstat('/home/jupyter-bob')).toMatchObject({ uid: 20_000, mode: 0o700 })
      expect([...other.folders.keys()].filter((path) => path.includes('.tljh-new'))).toEqual([])
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
    ['somebody whom no settle has seen', 'eve', {}, 'not-allowed', `'eve' is not among the people`],
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

  test.each([
    ['locked', 'the account is locked', () => machine.ledger.lock('bob', 'other', 'left')],
    ['gone', 'the account was taken off', () => machine.ledger.setState('bob', 'gone')],
  ])('refuses somebody who is %s', (_, part, shut) => {
    start('bob')
    shut()
    machine.commands.length = 0
    expect(start('bob')).toMatchObject({ error: 'not-allowed', message: expect.stringContaining(part) })
    expect(machine.commands).toEqual([])
  })

  test('starts again for somebody who was unlocked', () => {
    start('bob')
    machine.ledger.lock('bob', 'owner', 'left')
    machine.ledger.unlock('bob')
    expect(start('bob')).toMatchObject({ ok: true })
  })

  test('refuses an account that the administrator let expire', () => {
    start('bob')
    machine.files.set(machine.paths.shadow, 'jupyter-bob:!:20000:0:99999:7::1:\n')
    expect(start('bob')).toMatchObject({ error: 'not-allowed', message: expect.stringContaining('expired') })
  })

  test('never takes over an account or a home', () => {
    const before = machine.readText(machine.paths.passwd) ?? ''
    machine.files.set(machine.paths.passwd, `${before}jupyter-bob:x:1001:1001::/h:/s\n`)
    expect(start('bob')).toMatchObject({
      error: 'failed',
      message: expect.stringContaining('sudo tljh user adopt bob --unix jupyter-bob'),
    })
    expect(machine.ledger.find('bob')).toBeUndefined()
    machine.files.set(machine.paths.passwd, before)
    machine.ledger.ensure('bob', {
      min: 20_000,
      max: 59_999,
      taken: () => false,
      occupied: () => false,
      homes: '/home',
    })
    machine.files.set(machine.paths.passwd, `${before}jupyter-bob:x:1001:1001::/h:/s\n`)
    expect(start('bob')).toMatchObject({ error: 'failed', message: expect.stringContaining('has uid 1001') })
    machine.makeDirectory('/home/jupyter-ann', 0o755)
    expect(start('ann')).toMatchObject({ message: expect.stringContaining('is there already') })
    expect(accounts()).toEqual([])
  })

  test('makes no home where the disk of homes is not mounted', () => {
    machine.files.set(machine.paths.policy, JSON.stringify({ ...POLICY, mount: true }))
    expect(start('bob')).toMatchObject({
      error: 'failed',
      message: expect.stringContaining('/home is not mounted, and homes.mount says it must be'),
    })
    expect(machine.lstat('/home/jupyter-bob')).toBeUndefined()
    expect(machine.ledger.find('bob')?.state).toBe('new')
    machine.mounts.add('/home')
    expect(start('bob')).toMatchObject({ ok: true })
  })

  test('makes no home in a folder that others may write', () => {
    machine.setMode('/home', 0o1777)
    expect(start('bob')).toMatchObject({
      error: 'failed',
      message: expect.stringContaining('/home is not a folder of root'),
    })
  })
})
