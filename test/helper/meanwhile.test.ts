import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { FakeMachine } from './machine.ts'

let machine: FakeMachine
const start = (name: string): unknown => machine.ask({ verb: 'start', name, env: {} }).answer
const systemctl = (): string[] => machine.commands.filter((line) => line.includes('systemctl'))

beforeEach(() => {
  machine = new FakeMachine()
})
afterEach(() => {
  machine.close()
})

describe('a start during which rights change', () => {
  test.each([
    ['was locked', () => machine.ledger.lock('ann', 'owner', 'left'), 'the account is locked'],
    ['may no longer log in', () => machine.ledger.access.replace(new Map()), 'was changed meanwhile'],
    [
      'lost sudo',
      () => machine.ledger.access.replace(new Map([['ann', { role: 'user', groups: [], teaches: [] }]])),
      'was changed meanwhile',
    ],
  ])('stops what it has just started for somebody who %s meanwhile', (_, change, part) => {
    const run = machine.run.bind(machine)
    machine.run = (argv) => {
      if (argv[1] === 'start') change()
      return run(argv)
    }
    expect(start('ann')).toMatchObject({ error: 'not-allowed', message: expect.stringContaining(part) })
    expect(systemctl().at(-1)).toBe(
      '/usr/bin/systemctl stop -- jupyter@ann.socket jupyter-admin@ann.socket jupyter@ann.service jupyter-admin@ann.service',
    )
  })

  test('lets go on whose rights changed meanwhile without a change of sudo', () => {
    const run = machine.run.bind(machine)
    machine.run = (argv) => {
      if (argv[1] === 'start')
        machine.ledger.access.replace(new Map([['ann', { role: 'operator', groups: [], teaches: [] }]]))
      return run(argv)
    }
    expect(start('ann')).toMatchObject({ ok: true, unit: 'jupyter-admin@ann.service' })
  })
})

const ledgerModule = new URL('../../src/people/ledger.ts', import.meta.url).href
const exclusiveModule = new URL('../../src/host/exclusive.ts', import.meta.url).href

/** Another process that works on Ann's server, and in the end changes her row. @returns when it has begun */
async function other(change: string): Promise<ChildProcess> {
  const text = `
    import { exclusiveSync } from ${JSON.stringify(exclusiveModule)}
    import { openLedger } from ${JSON.stringify(ledgerModule)}
    exclusiveSync(${JSON.stringify(`${machine.paths.locks}/ann.lock`)}, { waitMs: 0, holder: 'test' }, () => {
      console.log('holding')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400)
      const ledger = openLedger(${JSON.stringify(machine.paths.ledger)})
      ${change}
    })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

describe('a start that had to wait', () => {
  beforeEach(() => void start('ann'))

  test.each([
    ['another name', `ledger.rename('ann', 'anna')`, 'was changed meanwhile'],
    ['no rights any more', `ledger.access.replace(new Map())`, 'was changed meanwhile'],
    ['a lock', `ledger.lock('ann', 'owner', 'left')`, 'the account is locked'],
    [
      'their name given to somebody else',
      `ledger.rename('ann', 'anna')
       ledger.ensure('ann', { min: 30000, max: 30001, homes: '/home', taken: () => false, occupied: () => false })
       ledger.access.replace(new Map([['ann', { role: 'user', groups: [], teaches: [] }]]))`,
      'was changed meanwhile',
    ],
  ])('starts nothing for somebody who has %s now', async (_, change, part) => {
    const child = await other(change)
    machine.commands.length = 0
    expect(start('ann')).toMatchObject({ error: 'not-allowed', message: expect.stringContaining(part) })
    expect(machine.commands).toEqual([])
    // Nobody came into being by the start itself.
    expect(machine.ledger.list().filter(({ uid }) => uid < 30_000)).toHaveLength(1)
    expect(machine.ledger.list().every(({ uid, state }) => uid < 30_000 || state === 'new')).toBe(true)
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  test('goes by the rights of now', async () => {
    const child = await other(
      `ledger.access.replace(new Map([['ann', { role: 'user', groups: ['lab'], teaches: [] }]]))`,
    )
    expect(start('ann')).toMatchObject({ ok: true, unit: 'jupyter@ann.service' })
    expect(machine.readText(machine.paths.group)).toContain('lab:x:994:jupyter-ann\n')
    expect(machine.readText(machine.paths.group)).toContain('jupyterhub-admins:x:992:\n')
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})
