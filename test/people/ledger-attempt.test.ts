import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { type IdRange, type Ledger, openLedger } from '../../src/people/ledger.ts'

const module = new URL('../../src/people/ledger.ts', import.meta.url).href
const range: IdRange = { min: 20_000, max: 59_999, taken: () => false, occupied: () => false, homes: '/home' }
let folder = ''
let path = ''
let ledger: Ledger
let other: Ledger

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-'))
  path = join(folder, 'ledger.sqlite')
  ledger = openLedger(path)
  other = openLedger(path)
})
afterEach(() => {
  for (const one of [ledger, other]) one.close()
  rmSync(folder, { recursive: true, force: true })
})

const names = (of: Ledger): string[] => of.list().map(({ hubName }) => hubName)

/** Everything at once that a settle does to the ledger. */
async function change(of: Ledger): Promise<number> {
  const { uid } = of.ensure('bob', range)
  await sleep(1)
  of.together(() => {
    of.passwords.set('bob', 'h', true)
    of.access.replace(new Map([['bob', { role: 'user', groups: [], teaches: [] }]]))
  })
  of.lock('bob', 'owner', 'x')
  return uid
}

const untouched = (of: Ledger): void => {
  expect(names(of)).toEqual([])
  expect(of.passwords.find('bob')).toBeUndefined()
  expect(of.access.all()).toEqual(new Map())
}

describe('attempt', () => {
  test('that is kept is there at once, and not before its end', async () => {
    const uid = await ledger.attempt(true, async () => {
      const given = await change(ledger)
      expect(names(ledger)).toEqual(['bob'])
      // Others go on reading what was there.
      untouched(other)
      return given
    })
    expect(uid).toBe(20_000)
    expect(names(other)).toEqual(['bob'])
    expect(other.passwords.find('bob')?.hash).toBe('h')
    expect(other.access.find('bob')?.role).toBe('user')
    expect(other.find('bob')?.lock?.by).toBe('owner')
  })

  test('that is not kept says what would come of it, and leaves nothing', async () => {
    expect(await ledger.attempt(false, async () => change(ledger))).toBe(20_000)
    untouched(ledger)
    untouched(other)
    expect(other.ensure('ann', range).uid).toBe(20_000)
  })

  test.each([true, false])('that fails leaves nothing, kept %s, and the ledger goes on', async (keep) => {
    const failure = new Error('the disk is full')
    const work = async (): Promise<void> => {
      await change(ledger)
      throw failure
    }
    await expect(ledger.attempt(keep, work)).rejects.toBe(failure)
    untouched(ledger)
    untouched(other)
    expect(await ledger.attempt(true, async () => change(ledger))).toBe(20_000)
    expect(names(other)).toEqual(['bob'])
  })

  test('that fails in a part of it leaves nothing of the other parts', async () => {
    const work = async (): Promise<void> => {
      ledger.together(() => ledger.ensure('ann', range))
      ledger.together(() => {
        ledger.ensure('bob', range)
        throw new Error('half')
      })
    }
    await expect(ledger.attempt(true, work)).rejects.toThrow('half')
    untouched(ledger)
  })

  test('lets others that want to write wait until its end', async () => {
    const text = `
      import { openLedger } from ${JSON.stringify(module)}
      const ledger = openLedger(${JSON.stringify(path)})
      console.log('asking')
      ledger.ensure('second', { min: 20000, max: 59999, taken: () => false, occupied: () => false, homes: '/home' })`
    const child = await ledger.attempt(true, async () => {
      const asking = spawn(process.execPath, ['--input-type=module', '-e', text], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await once(asking.stdout, 'data')
      await sleep(200)
      ledger.ensure('first', range)
      return asking
    })
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
    expect(ledger.find('first')?.uid).toBe(20_000)
    expect(ledger.find('second')?.uid).toBe(20_001)
  })
})
