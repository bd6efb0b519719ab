import { rmSync } from 'node:fs'

import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'

import { planServer, readWish, type Wish, withConfig, withRoster } from '../../src/cli/server.ts'
import { parseRoster } from '../../src/people/roster.ts'
import type { FakeMachine } from '../support/fake-machine.ts'
import { inLedgerFile, LEDGER, RANGE } from '../support/ledger-file.ts'
import { lineOf, serverMachine, settleOn, states, wish } from './server-scene.ts'

vi.mock(import('../../src/cli/context.ts'), async (original) =>
  (await import('../support/ledger-file.ts')).movedPaths(original),
)

const ROSTER = { name: 'course', rows: parseRoster('name,groups,role\nbob,course,\nzoe,course,\n', 'a.csv') }
let machine: FakeMachine
const settle = (wanted: Wish): Promise<string[]> => settleOn(machine, wanted)
const line = (file: string, name: string): string | undefined => lineOf(machine, file, name)
const people = (): unknown =>
  JSON.parse(machine.entries.get('/opt/tljh/hub-config/people.json')?.text ?? '{}')

beforeEach(() => {
  rmSync(LEDGER, { force: true })
  machine = serverMachine()
})
afterAll(() => rmSync(LEDGER, { force: true }))

const ADA_BOB = wish('{admin: [ada], allowed: [bob]}')
const LEFT = wish('{admin: [ada]}')

describe('settleServer', () => {
  test('makes people of whom the config names, and the next one finds nothing to do', async () => {
    expect(await settle(ADA_BOB)).toContain('accounts:people')
    expect(states()).toEqual(['ada 20000 active', 'bob 20001 active'])
    expect(line('passwd', 'jupyter-bob')).toBe('jupyter-bob:x:20001:20001::/home/jupyter-bob:/bin/bash')
    expect(machine.entries.get('/home/jupyter-bob')).toMatchObject({ mode: 0o700, uid: 20_001 })
    machine.performed.length = 0
    expect(await settle(ADA_BOB)).toEqual([])
    expect(machine.performed).toEqual([])
  })

  test('shuts out who left: account, groups, server and hub; what is theirs stays', async () => {
    await settle(ADA_BOB)
    inLedgerFile((ledger) => ledger.passwords.set('bob', 'h', false))
    machine.units.set('jupyter@bob.service', { active: 'active', startedMs: 1, enabled: false })
    expect(await settle(LEFT)).toEqual([
      'accounts:people',
      'group:jupyterhub-users',
      'file:/opt/tljh/hub-config/people.json',
      'servers:people',
    ])
    expect(states()).toEqual(['ada 20000 active', 'bob 20001 active config'])
    expect(line('passwd', 'jupyter-bob')).toMatch(/:\/usr\/sbin\/nologin$/)
    expect(line('shadow', 'jupyter-bob')).toMatch(/:2:$/)
    expect(line('group', 'jupyterhub-users')).toMatch(/:jupyter-ada$/)
    expect(people()).toMatchObject({ people: { bob: { locked: true } } })
    expect(machine.commands.at(-1)).toBe('systemctl stop -- jupyter@bob.service')
    expect(machine.entries.has('/home/jupyter-bob')).toBe(true)
    expect(inLedgerFile((ledger) => ledger.passwords.find('bob')?.hash)).toBe('h')
    expect(await settle(LEFT)).toEqual([])
  })

  test('lets in again who came back, with account and password', async () => {
    await settle(ADA_BOB)
    inLedgerFile((ledger) => ledger.passwords.set('bob', 'h', false))
    await settle(LEFT)
    await settle(ADA_BOB)
    expect(states()).toEqual(['ada 20000 active', 'bob 20001 active'])
    expect(line('passwd', 'jupyter-bob')).toMatch(/:\/bin\/bash$/)
    expect(line('group', 'jupyterhub-users')).toMatch(/:jupyter-ada,jupyter-bob$/)
    expect(people()).toMatchObject({ people: { bob: { locked: false } } })
    expect(inLedgerFile((ledger) => ledger.passwords.find('bob')?.hash)).toBe('h')
  })

  test('stops a server with sudo of somebody who lost it, and no other', async () => {
    const olga = '{admin: [ada], operators: [olga]}'
    await settle(wish(olga))
    for (const unit of ['jupyter-admin@olga.service', 'jupyter-admin@ada.service'])
      machine.units.set(unit, { active: 'active', startedMs: 1, enabled: false })
    expect(await settle(wish('{admin: [ada], allowed: [olga]}'))).toEqual([
      'group:jupyterhub-operators',
      'file:/opt/tljh/hub-config/people.json',
      'servers:people',
    ])
    expect(machine.commands.at(-1)).toBe('systemctl stop -- jupyter-admin@olga.service')
  })

  test('takes people out of a group that the config no longer names', async () => {
    await settle(wish('{allowed: [bob], extra_user_groups: {lab: [bob]}}'))
    expect(line('group', 'lab')).toMatch(/^lab:x:\d{5}:jupyter-bob$/)
    await settle(wish('{allowed: [bob]}'))
    expect(line('group', 'lab')).toMatch(/:$/)
  })

  test('reads the rosters that were applied, and puts a new one in place first', async () => {
    await settle(withRoster(LEFT, ROSTER))
    expect(states()).toEqual(['ada 20000 active', 'bob 20001 active', 'zoe 20002 active'])
    machine.put('/opt/tljh/config/config.yaml', { text: 'users: {admin: [ada]}\n' })
    const { wish: now, text } = await readWish(machine)
    expect(now.rosters).toEqual([ROSTER])
    expect(await planServer(machine, now)).toEqual([])
    expect(await settle(withConfig(now, text.replace('[ada]', '[ada, eve]')))).toContain(
      'file:/opt/tljh/config/config.yaml',
    )
  })

  test('does first what a command does to the ledger', async () => {
    await settle(ADA_BOB)
    const renamed = wish('{admin: [ada], allowed: [robert]}')
    await settle({ ...renamed, prepare: (ledger) => ledger.rename('bob', 'robert') })
    expect(states()).toEqual(['ada 20000 active', 'robert 20001 active'])
    expect(people()).toMatchObject({ people: { robert: { locked: false } } })
  })
})

describe('what is in the way', () => {
  const taken = 'jupyter-bob:x:1001:1001::/home/jupyter-bob:/bin/sh\njupyter-zoe:x:1002:1002::/h:/s\n'
  const both = wish('{admin: [ada], allowed: [bob, zoe]}')

  test('is told at once, before anything is written', async () => {
    machine.put('/etc/passwd', { text: `root:x:0:0::/root:/bin/sh\n${taken}` })
    machine.put('/home/jupyter-ada', { type: 'directory' })
    await expect(settle(both)).rejects.toThrow(
      /adopt bob --unix jupyter-bob.*\n.*adopt zoe --unix jupyter-zoe.*\n\/home\/jupyter-ada is there already/,
    )
    expect(machine.performed).toEqual([])
    expect(machine.entries.has(LEDGER)).toBe(false)
  })

  test('leaves the ledger as it was', async () => {
    await settle(LEFT)
    const before = states()
    machine.put('/etc/passwd', { text: `${machine.entries.get('/etc/passwd')?.text}${taken}` })
    machine.performed.length = 0
    await expect(settle(both)).rejects.toThrow('adopt bob')
    expect(states()).toEqual(before)
    expect(machine.performed).toEqual([])
    expect(inLedgerFile((ledger) => ledger.ensure('next', RANGE).uid)).toBe(20_001)
  })
})

describe('planServer', () => {
  test('says what would change, and changes nothing', async () => {
    await settle(LEFT)
    machine.performed.length = 0
    const ids = (await planServer(machine, ADA_BOB)).map(({ id }) => id)
    expect(ids).toEqual([
      'accounts:people',
      'group:jupyterhub-users',
      'file:/opt/tljh/hub-config/people.json',
    ])
    expect(states()).toEqual(['ada 20000 active'])
    expect(machine.performed).toEqual([])
    expect(await settle(ADA_BOB)).toEqual(ids)
  })

  test('works on a machine that has no ledger, and makes none', async () => {
    expect((await planServer(machine, ADA_BOB)).map(({ id }) => id)).toContain('accounts:people')
    expect(machine.performed).toEqual([])
    expect(machine.entries.has(LEDGER)).toBe(false)
  })
})
