import { rmSync } from 'node:fs'

import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { align, alignWhereFree, everybody, idRange, inLedger, withLedger } from '../../src/cli/census.ts'
import { HostError } from '../../src/errors.ts'
import type { Access } from '../../src/people/access.ts'
import { emptyLedger, type Ledger, type Lock, occupiedBy, openLedger } from '../../src/people/ledger.ts'
import { unixName } from '../../src/people/names.ts'
import { FakeHost } from '../support/fake-host.ts'
import { freshLedger, inLedgerFile, LEDGER, RANGE } from '../support/ledger-file.ts'
import { config } from '../support/server.ts'

vi.mock(import('../../src/cli/context.ts'), async (original) =>
  (await import('../support/ledger-file.ts')).movedPaths(original),
)

const user: Access = { role: 'user', groups: [], teaches: [] }
const owner: Access = { ...user, role: 'owner' }
const named = (...names: string[]): ReadonlyMap<string, Access> => new Map(names.map((name) => [name, user]))
const LEFT = 'no longer in config.yaml or a roster'
let ledger: Ledger

beforeEach(() => {
  freshLedger(new FakeHost())
  ledger = openLedger(LEDGER)
})
afterEach(() => ledger.close())
afterAll(() => rmSync(LEDGER, { force: true }))

/** Aligns, and says of everybody who locked them; `-` for nobody. */
function locks(access: ReadonlyMap<string, Access>): Record<string, string> {
  const known = align(ledger, access, RANGE)
  return Object.fromEntries(known.map(({ person }) => [person.hubName, person.lock?.by ?? '-']))
}
const lockOf = (name: string): Lock | undefined => ledger.find(name)?.lock

function messageOf(work: () => unknown): string {
  try {
    work()
    return 'nothing'
  } catch (error) {
    return error instanceof HostError ? error.message : String(error)
  }
}

describe('align', () => {
  test('gives everybody who is new a row, with numbers in the order of the config', () => {
    const known = align(ledger, new Map([...named('bob', 'ann'), ['zoe', owner]]), RANGE)
    expect(known.map(({ person, access }) => [person.hubName, person.uid, person.state, access])).toEqual([
      ['ann', 20_001, 'new', user],
      ['bob', 20_000, 'new', user],
      ['zoe', 20_002, 'new', owner],
    ])
    expect(ledger.access.find('zoe')).toEqual(owner)
    expect(known).toEqual(everybody(ledger))
  })

  test('a rename that the config does not know yet is to be finished, not somebody new', () => {
    align(ledger, named('bob', 'ann'), RANGE)
    ledger.rename('bob', 'robert')
    expect(messageOf(() => align(ledger, named('bob', 'ann'), RANGE))).toBe(
      'the rename of bob to robert was cut off; to finish it: sudo tljh user rename bob robert',
    )
    expect(locks(named('robert', 'ann'))).toEqual({ ann: '-', robert: '-' })
    ledger.renames.clear()
    expect(Object.keys(locks(named('bob', 'robert', 'ann')))).toEqual(['ann', 'bob', 'robert'])
  })

  test('a second time changes nothing', () => {
    const first = align(ledger, named('bob', 'ann'), RANGE)
    expect(align(ledger, named('ann', 'bob'), RANGE)).toEqual(first)
  })

  test('locks who is no longer named, takes their rights, and keeps account and password', () => {
    align(ledger, named('ann', 'bob'), RANGE)
    ledger.passwords.set('bob', 'h', false)
    ledger.completeAll()
    const before = ledger.find('bob')
    expect(locks(named('ann'))).toEqual({ ann: '-', bob: 'config' })
    expect(lockOf('bob')?.reason).toBe(LEFT)
    expect(ledger.find('bob')).toEqual({ ...before, lock: lockOf('bob') })
    expect(ledger.access.find('bob')).toBeUndefined()
    expect(ledger.passwords.find('bob')?.hash).toBe('h')
    expect(everybody(ledger).at(-1)).toMatchObject({ person: { hubName: 'bob' }, access: undefined })
  })

  test('locks them once: since when does not move', () => {
    align(ledger, named('bob'), RANGE)
    align(ledger, named(), RANGE)
    const first = lockOf('bob')
    vi.useFakeTimers({ now: Date.now() + 86_400_000 })
    align(ledger, named(), RANGE)
    vi.useRealTimers()
    expect(lockOf('bob')).toEqual(first)
  })

  test('lets in again who came back, as the same person', () => {
    align(ledger, named('bob'), RANGE)
    const before = ledger.find('bob')
    align(ledger, named(), RANGE)
    expect(locks(named('bob'))).toEqual({ bob: '-' })
    expect(ledger.find('bob')).toEqual(before)
  })

  test.each(['owner', 'other'] as const)('leaves a lock by %s alone, whatever the config says', (by) => {
    align(ledger, named('bob'), RANGE)
    ledger.lock('bob', by, 'cheated')
    const lock = lockOf('bob')
    for (const names of [['bob'], [], ['bob']]) {
      align(ledger, named(...names), RANGE)
      expect(lockOf('bob')).toEqual(lock)
    }
  })

  test('locks by the config who was unlocked by hand and is not named any more', () => {
    align(ledger, named('bob'), RANGE)
    ledger.lock('bob', 'owner', 'cheated')
    align(ledger, named(), RANGE)
    ledger.unlock('bob')
    expect(locks(named())).toEqual({ bob: 'config' })
  })

  test('gives new rights to who has other ones now', () => {
    align(ledger, named('bob'), RANGE)
    align(ledger, new Map([['bob', owner]]), RANGE)
    expect(ledger.access.find('bob')).toEqual(owner)
  })

  test('leaves in peace who was taken off the machine, and refuses the name to the config', () => {
    align(ledger, named('bob'), RANGE)
    ledger.setState('bob', 'gone')
    expect(locks(named())).toEqual({ bob: '-' })
    expect(() => align(ledger, named('bob'), RANGE)).toThrow(
      new HostError('bob was taken off this machine; take the name out of config.yaml and the rosters'),
    )
  })
})

describe('accounts of the machine that are nobody’s', () => {
  const taken = new Set(['jupyter-ann', 'jupyter-cat', unixName('eve@example.org')])
  const range = { ...RANGE, occupied: (name: string) => taken.has(name) }

  test('are told all at once, each with the way out', () => {
    const lines = messageOf(() => align(ledger, named('ann', 'bob', 'cat', 'eve@example.org'), range)).split(
      '\n',
    )
    expect(lines).toHaveLength(3)
    expect(lines.map((line) => /`(.*)`/.exec(line)?.[1])).toEqual([
      'sudo tljh user adopt ann --unix jupyter-ann',
      'sudo tljh user adopt cat --unix jupyter-cat',
      `sudo tljh user adopt eve@example.org --unix ${unixName('eve@example.org')}`,
    ])
  })

  test('stop everything: nobody gets a row, nobody is locked', async () => {
    align(ledger, named('old'), RANGE)
    const before = ledger.access.all()
    const attempt = ledger.attempt(true, async () => align(ledger, named('bob', 'ann'), range))
    await expect(attempt).rejects.toThrow(HostError)
    expect(ledger.list().map(({ hubName }) => hubName)).toEqual(['old'])
    expect(lockOf('old')).toBeUndefined()
    expect(ledger.access.all()).toEqual(before)
  })

  test('are no reason not to say what would come of the others', () => {
    align(ledger, named('old'), RANGE)
    const { people, inTheWay } = alignWhereFree(ledger, named('bob', 'ann'), range)
    expect(people.map(({ person }) => [person.hubName, person.lock?.by])).toEqual([
      ['bob', undefined],
      ['old', 'config'],
    ])
    expect(inTheWay).toEqual([occupiedBy('ann', 'jupyter-ann')])
    expect(ledger.find('ann')).toBeUndefined()
    expect(alignWhereFree(ledger, named('bob'), range).inTheWay).toEqual([])
  })

  test('that have been adopted are in nobody’s way', () => {
    ledger.adopt('ann', { unixName: 'jupyter-ann', uid: 1001, gid: 1001, home: '/home/jupyter-ann' })
    expect(align(ledger, named('ann', 'bob'), range).map(({ person }) => person.uid)).toEqual([1001, 20_000])
  })
})

test('idRange is what config.yaml and the account files say', async () => {
  const host = new FakeHost({
    '/etc/passwd': 'root:x:0:0::/root:/bin/sh\njupyter-x:x:30000:30001::/h:/s\n',
    '/etc/group': 'games:x:30005:\n',
  })
  const decided = config('users: {uid_min: 30000, uid_max: 31000}\nhomes: {path: /srv/homes}\n')
  const range = await idRange(host, decided)
  expect(range).toMatchObject({ min: 30_000, max: 31_000, homes: '/srv/homes' })
  expect([30_000, 30_001, 30_002, 30_005].map((id) => range.taken(id))).toEqual([true, true, false, true])
  expect(['jupyter-x', 'jupyter-y', 'games'].map((name) => range.occupied(name))).toEqual([
    true,
    false,
    false,
  ])
})

describe('the file', () => {
  test('is made by nobody who only looks', async () => {
    rmSync(LEDGER)
    const host = new FakeHost()
    expect(await withLedger(host, (empty) => empty.ensure('bob', RANGE).uid)).toBe(20_000)
    expect(await withLedger(host, (empty) => empty.list())).toEqual([])
    expect(() => rmSync(LEDGER)).toThrow('ENOENT')
    freshLedger(host)
  })

  test('is closed after the work, whether it ends well or not', async () => {
    const host = new FakeHost({ [LEDGER]: { mode: 0o600 } })
    const kept: Ledger[] = []
    await withLedger(host, async (one) => kept.push(one))
    await expect(
      withLedger(host, async (one) => {
        kept.push(one)
        throw new Error('stop')
      }),
    ).rejects.toThrow('stop')
    for (const one of kept) expect(() => one.list()).toThrow('not open')
  })

  test('is changed as a whole or not at all', async () => {
    const host = new FakeHost({ [LEDGER]: { mode: 0o600 } })
    const half = inLedger(host, (one) => {
      one.ensure('bob', RANGE)
      throw new Error('stop')
    })
    await expect(half).rejects.toThrow('stop')
    expect(inLedgerFile((one) => one.list())).toEqual([])
    await inLedger(host, (one) => one.ensure('bob', RANGE))
    expect(inLedgerFile(everybody)).toMatchObject([{ person: { hubName: 'bob' }, access: undefined }])
  })
})

test('everybody of an empty ledger is nobody', () => {
  expect(everybody(emptyLedger())).toEqual([])
})
