import { rmSync } from 'node:fs'

import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'

import type { Wish } from '../../src/cli/server.ts'
import { StepError } from '../../src/errors.ts'
import type { Step } from '../../src/host/step.ts'
import type { FakeMachine } from '../support/fake-machine.ts'
import { inLedgerFile, LEDGER } from '../support/ledger-file.ts'
import { lineOf, serverMachine, settleOn, states, wish } from './server-scene.ts'

vi.mock(import('../../src/cli/context.ts'), async (original) =>
  (await import('../support/ledger-file.ts')).movedPaths(original),
)

let machine: FakeMachine
const settle = (wanted: Wish): Promise<string[]> => settleOn(machine, wanted)
const line = (file: string, name: string): string | undefined => lineOf(machine, file, name)
const ADA_BOB = wish('{admin: [ada], allowed: [bob]}')
const LEFT = wish('{admin: [ada]}')

beforeEach(() => {
  rmSync(LEDGER, { force: true })
  machine = serverMachine()
})
afterAll(() => rmSync(LEDGER, { force: true }))

const accountSteps: readonly [string, (step: Step) => boolean][] = [
  ['the accounts', (step) => step.do === 'run' && step.argv[0] === 'systemd-sysusers'],
  ['the homes', (step) => step.do === 'homes'],
  ['the groups', (step) => step.do === 'run' && step.argv[0] === 'gpasswd'],
  ['the file of people', (step) => step.do === 'write' && step.path.endsWith('people.json')],
]

describe('a run that was killed', () => {
  test.each(accountSteps)('before %s is finished by the next one, with the same numbers', async (_, last) => {
    const { perform } = machine
    machine.perform = async (step) => {
      if (last(step)) throw new StepError('killed')
      return perform(step)
    }
    await expect(settle(ADA_BOB)).rejects.toThrow('killed')
    expect(states()).toEqual(['ada 20000 new', 'bob 20001 new'])
    machine.perform = perform
    await settle(ADA_BOB)
    expect(states()).toEqual(['ada 20000 active', 'bob 20001 active'])
    expect(line('passwd', 'jupyter-bob')).toContain(':20001:20001:')
    expect(machine.entries.get('/home/jupyter-bob')).toMatchObject({ uid: 20_001, mode: 0o700 })
    expect(await settle(ADA_BOB)).toEqual([])
  })

  test('makes homes where they were to lie, although homes lie elsewhere now', async () => {
    const { perform } = machine
    machine.perform = async (step) => {
      if (step.do === 'homes') throw new StepError('killed')
      return perform(step)
    }
    await expect(settle(LEFT)).rejects.toThrow('killed')
    machine.perform = perform
    machine.put('/srv/homes', { type: 'directory', mode: 0o755 })
    const moved = { ...ADA_BOB, config: { ...ADA_BOB.config, homes: { path: '/srv/homes', mount: false } } }
    await settle(moved)
    const made = ['/home/jupyter-ada', '/srv/homes/jupyter-bob'].map((path) => machine.entries.get(path)?.uid)
    expect(made).toEqual([20_000, 20_001])
    expect(await settle(moved)).toEqual([])
  })

  test('keeps the number of somebody who has no account yet from new groups', async () => {
    const { perform } = machine
    machine.perform = async (step) => {
      if (step.do === 'run' && step.argv[0] === 'systemd-sysusers') throw new StepError('killed')
      return perform(step)
    }
    await expect(settle(ADA_BOB)).rejects.toThrow('killed')
    machine.perform = perform
    const group = 'extra_user_groups: {course: [ada]}'
    await settle(wish(`{admin: [ada], ${group}}`))
    expect(states()).toEqual(['ada 20000 active', 'bob 20001 new config'])
    await settle(wish(`{admin: [ada], allowed: [bob], ${group}}`))
    expect(line('group', 'jupyter-bob')).toBe('jupyter-bob:x:20001:')
    expect(line('group', 'course')).toBe('course:x:59999:jupyter-ada')
  })

  test('shuts nobody in whom it was to shut out: the ledger counts at once', async () => {
    await settle(ADA_BOB)
    const { perform } = machine
    machine.perform = async (step) => {
      if (step.do === 'run' && step.argv[0] === 'usermod') throw new StepError('killed')
      return perform(step)
    }
    await expect(settle(LEFT)).rejects.toThrow('killed')
    expect(states()).toEqual(['ada 20000 active', 'bob 20001 active config'])
    expect(inLedgerFile((ledger) => ledger.access.find('bob'))).toBeUndefined()
  })
})
