import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { FakeMachine } from './machine.ts'

let machine: FakeMachine
const start = (name: string, env: Record<string, string> = {}): unknown =>
  machine.ask({ verb: 'start', name, env }).answer
const systemctl = (): string[] => machine.commands.filter((line) => line.includes('systemctl'))

const block = (unit: string, active: string): string =>
  `Id=${unit}\nActiveState=${active}\nSubState=x\nResult=success\nExecMainStatus=0\nInvocationID=1\n`

beforeEach(() => {
  machine = new FakeMachine()
})
afterEach(() => {
  machine.close()
})

describe('stop and status', () => {
  test('stop takes the environment away, also for somebody who is no longer allowed', () => {
    start('bob', { TZ: 'UTC' })
    machine.ledger.access.replace(new Map())
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
