import { chmodSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { describe, expect, test } from 'vitest'

import { BugError, HostError } from '../../src/errors.ts'
import { openLedger } from '../../src/people/ledger.ts'
import { unixName } from '../../src/people/names.ts'
import { folder, ledger, openAgain, path, range } from './ledger-scene.ts'

describe('people', () => {
  test('are given a name and numbers once, and keep them', () => {
    expect(ledger.find('bob')).toBeUndefined()
    const bob = ledger.ensure('bob', range)
    expect(bob).toMatchObject({
      hubName: 'bob',
      unixName: 'jupyter-bob',
      uid: 20_000,
      gid: 20_000,
      state: 'new',
    })
    expect(ledger.ensure('bob', { ...range, min: 30_000 })).toEqual(bob)
    expect(ledger.find('bob')).toEqual(bob)
    ledger.setState('bob', 'active')
    ledger.close()
    openAgain()
    expect(ledger.find('bob')).toEqual({ ...bob, state: 'active' })
    expect(ledger.ensure('ann', range).uid).toBe(20_001)
    expect(ledger.list().map(({ hubName }) => hubName)).toEqual(['ann', 'bob'])
  })

  test('numbers of the machine are left out', () => {
    const taken = new Set([20_000, 20_001, 20_003])
    const some = { ...range, taken: (id: number) => taken.has(id) }
    expect(ledger.ensure('a', some).uid).toBe(20_002)
    expect(ledger.ensure('b', some).uid).toBe(20_004)
  })

  test('numbers are never given again, even when the row is gone', () => {
    ledger.ensure('a', range)
    ledger.ensure('b', range)
    const raw = new DatabaseSync(path)
    raw.exec(`DELETE FROM people WHERE hub_name = 'b'`)
    raw.close()
    expect(ledger.ensure('c', range).uid).toBe(20_002)
    expect(ledger.ensure('d', { ...range, min: 30_000 }).uid).toBe(30_000)
    expect(ledger.ensure('e', range).uid).toBe(30_001)
  })

  test('a range that is used up says so', () => {
    const small = { ...range, max: 20_001 }
    ledger.ensure('a', small)
    ledger.ensure('b', small)
    expect(() => ledger.ensure('c', small)).toThrow('all numbers from 20000 to 20001 are used')
    expect(ledger.find('c')).toBeUndefined()
  })

  test.each(['Bob', '', 'a/b', '__proto__', ' bob'])('%j is a bug of the caller', (name) => {
    expect(() => ledger.ensure(name, range)).toThrow(BugError)
  })

  test('names of SQL are names', () => {
    expect(ledger.ensure('x@y.org', range).hubName).toBe('x@y.org')
    expect(ledger.find(`x' OR '1'='1`)).toBeUndefined()
    ledger.setState('nobody', 'gone')
    expect(ledger.list()).toHaveLength(1)
  })
})

/** Two hub names with one 5-digit unix name. 20 bits: a birthday search needs some 1300 tries. */
function twins(): readonly [string, string] {
  const seen = new Map<string, string>()
  for (let tries = 0; tries < 1_000_000; tries += 1) {
    const name = `student-2026-spring-${tries}`
    const unix = unixName(name)
    const other = seen.get(unix)
    if (other !== undefined) return [other, name]
    seen.set(unix, name)
  }
  throw new Error('no twins')
}

describe('unix names', () => {
  test('a name found by trying does not get the account of another', () => {
    const [victim, attacker] = twins()
    expect(unixName(attacker)).toBe(unixName(victim))
    const first = ledger.ensure(victim, range)
    const second = ledger.ensure(attacker, range)
    expect(first.unixName).toBe(unixName(victim))
    expect(second.unixName).toBe(unixName(attacker, 8))
    expect(second.unixName).not.toBe(first.unixName)
    expect(ledger.ensure(attacker, range)).toEqual(second)
  })

  test('a plain name that a cleaned one has already taken gets a hash', () => {
    const cleaned = ledger.ensure('a.b', range)
    const plain = cleaned.unixName.slice('jupyter-'.length)
    expect(unixName(plain)).toBe(cleaned.unixName)
    expect(ledger.ensure(plain, range).unixName).toBe(unixName(plain, 8))
  })
})

describe('passwords', () => {
  test('are set, changed once from the old one, and forgotten', () => {
    expect(ledger.passwords.find('bob')).toBeUndefined()
    ledger.passwords.set('bob', 'h1', true)
    expect(ledger.passwords.find('bob')).toMatchObject({ hash: 'h1', oneTime: true })
    expect(ledger.passwords.change('bob', 'other', 'h2')).toBe(false)
    expect(ledger.passwords.change('bob', 'h1', 'h2')).toBe(true)
    expect(ledger.passwords.change('bob', 'h1', 'h3')).toBe(false)
    expect(ledger.passwords.find('bob')).toMatchObject({ hash: 'h2', oneTime: false })
    expect(Math.abs(Date.parse(ledger.passwords.find('bob')?.changedAt ?? '') - Date.now())).toBeLessThan(
      60_000,
    )
    ledger.passwords.remove('bob')
    expect(ledger.passwords.find('bob')).toBeUndefined()
  })
})

/** Adds somebody and fails. */
const attempt = (): void => {
  ledger.together(() => {
    ledger.ensure('a', range)
    ledger.passwords.set('a', 'h', true)
    throw new Error('stop')
  })
}

describe('together', () => {
  test('is all or nothing', () => {
    expect(attempt).toThrow('stop')
    expect(ledger.find('a')).toBeUndefined()
    expect(ledger.passwords.find('a')).toBeUndefined()
    expect(ledger.ensure('b', range).uid).toBe(20_000)
  })

  test('adds a thousand people quickly', () => {
    const start = performance.now()
    ledger.together(() => {
      for (let at = 0; at < 1000; at += 1) ledger.ensure(`student${at}`, range)
    })
    expect(performance.now() - start).toBeLessThan(5000)
    expect(new Set(ledger.list().map(({ uid }) => uid)).size).toBe(1000)
  })
})

describe('the file', () => {
  test('is private and has no companions', () => {
    ledger.ensure('bob', range)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const raw = new DatabaseSync(path)
    expect(raw.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'delete' })
    raw.close()
  })

  test('may hold tables of other modules', () => {
    const raw = new DatabaseSync(path)
    raw.exec('CREATE TABLE receipts (path TEXT)')
    raw.close()
    ledger.close()
    openAgain()
    expect(ledger.ensure('bob', range).uid).toBe(20_000)
  })

  test.each([
    ['text', Buffer.from('this is not a database at all. '.repeat(50))],
    ['noise', Buffer.alloc(8192, 7)],
  ])('full of %s is damaged, and the message says what not to do', (_, bytes) => {
    const other = join(folder, 'other.sqlite')
    writeFileSync(other, bytes, { mode: 0o600 })
    expect(() => openLedger(other)).toThrow(HostError)
    expect(() => openLedger(other)).toThrow(/is damaged.*do not remove it.*backup/s)
    expect(readFileSync(other)).toEqual(bytes)
  })

  test('with broken pages in the middle is damaged', () => {
    ledger.together(() => {
      for (let at = 0; at < 500; at += 1) ledger.ensure(`student${at}`, range)
    })
    ledger.close()
    const bytes = readFileSync(path)
    bytes.fill(0xab, 4096, bytes.length)
    writeFileSync(path, bytes)
    openAgain()
    expect(() => ledger.list()).toThrow(/is damaged/)
    expect(() => ledger.ensure('new', range)).toThrow(/is damaged/)
    expect(() => ledger.candidate('new')).toThrow(/is damaged/)
    expect(() => ledger.together(() => ledger.ensure('new', range))).toThrow(/is damaged/)
  })

  test('of a newer tljh is left alone', () => {
    const raw = new DatabaseSync(path)
    raw.exec('PRAGMA user_version = 99')
    raw.close()
    expect(() => openLedger(path)).toThrow('newer tljh (format 99')
  })

  test('that others may read, or that is a link, is refused', () => {
    chmodSync(path, 0o640)
    expect(() => openLedger(path)).toThrow(`chmod 600 ${path}`)
    chmodSync(path, 0o600)
    symlinkSync(path, join(folder, 'link'))
    expect(() => openLedger(join(folder, 'link'))).toThrow('not a file of this user')
  })
})
