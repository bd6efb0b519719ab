import { DatabaseSync } from 'node:sqlite'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { hashOneTimePassword, hashPassword } from '../../src/people/passwords.ts'
import { FakeMachine, POLICY } from './machine.ts'

const OLD = 'correct horse battery'
const NEW = 'purple monkey dishwasher'
const DENIED = { ok: false, error: 'denied', message: 'the name or the password is wrong' }
const stored = hashOneTimePassword(OLD)
let machine: FakeMachine

const check = (name: string, password: string): unknown =>
  machine.ask({ verb: 'check-password', name, password }).answer
const journal = (name: string, password: string): string =>
  machine.ask({ verb: 'check-password', name, password }).log
const change = (name: string, password: string, next: string): unknown =>
  machine.ask({ verb: 'change-password', name, password, new: next }).answer

function age(days: number): void {
  const raw = new DatabaseSync(machine.paths.ledger)
  raw
    .prepare('UPDATE passwords SET changed_at = ?')
    .run(new Date(Date.now() - days * 86_400_000).toISOString())
  raw.close()
}

beforeEach(() => {
  machine = new FakeMachine()
  machine.ledger.setPassword('bob', stored, false)
  machine.ledger.setPassword('ann', stored, true)
})
afterEach(() => {
  machine.close()
})

describe('check-password', () => {
  test('welcomes with rights from the policy', () => {
    const bob = { ok: true, name: 'bob', admin: false, groups: ['course'], change: false }
    expect(check('bob', OLD)).toEqual(bob)
    expect(check('BOB', OLD)).toEqual(bob)
    expect(check('ann', OLD)).toEqual({ ok: true, name: 'ann', admin: true, groups: [], change: true })
    expect(machine.commands).toEqual([])
  })

  test.each([
    ['a wrong password', 'bob', 'wrong'],
    ['an empty password', 'bob', ''],
    ['an unknown name', 'eve', OLD],
    ['a name that cannot be', '../bob', OLD],
    ['an empty name', '', OLD],
    ['a look-alike', 'b\u043Eb', OLD],
    ['a word of JavaScript', 'constructor', OLD],
  ])('gives one answer for %s', (_, name, password) => {
    expect(check(name, password)).toEqual(DENIED)
  })

  test('says why only in the journal, without the password', () => {
    expect(journal('bob', 'se-cret')).toBe(`<4>check-password 'bob': denied: denied (wrong password)\n`)
    expect(journal('e\nve', 'se-cret')).toMatch(/^<4>check-password 'e\\u\{a\}ve': denied: [^\n]*\n$/)
    expect(journal('bob', OLD)).toBe(`<5>check-password 'bob': ok\n`)
  })

  test.each(['locked', 'gone'] as const)('denies somebody who is %s', (state) => {
    machine.ledger.ensure('bob', { min: 20_000, max: 30_000, taken: () => false })
    machine.ledger.setState('bob', state)
    expect(check('bob', OLD)).toEqual(DENIED)
  })

  test('denies whom the policy no longer has', () => {
    machine.files.set(machine.paths.policy, JSON.stringify({ ...POLICY, people: {} }))
    expect(check('bob', OLD)).toEqual(DENIED)
  })

  test('a one-time password is good for 30 days, another one for ever', () => {
    age(29)
    expect(check('ann', OLD)).toMatchObject({ ok: true })
    age(31)
    expect(check('ann', OLD)).toEqual(DENIED)
    expect(check('bob', OLD)).toMatchObject({ ok: true })
  })

  test('takes as long for nobody as for somebody', () => {
    machine.ledger.setPassword('bob', hashPassword(OLD), false)
    const names = ['bob', 'ann', 'eve', '../bob']
    const best = new Map(names.map((name) => [name, Infinity]))
    for (const name of [...names, ...names, ...names]) {
      const begin = process.cpuUsage()
      check(name, 'wrong')
      best.set(name, Math.min(best.get(name) ?? Infinity, process.cpuUsage(begin).user))
    }
    const times = [...best.values()]
    expect(Math.max(...times) / Math.min(...times)).toBeLessThan(2)
  })
})

describe('change-password', () => {
  test('replaces a one-time password by a chosen one', () => {
    expect(change('ann', OLD, NEW)).toEqual({ ok: true, name: 'ann', admin: true, groups: [], change: false })
    expect(check('ann', OLD)).toEqual(DENIED)
    expect(check('ann', NEW)).toMatchObject({ ok: true, change: false })
  })

  test('wants the old one first', () => {
    expect(change('bob', 'wrong', NEW)).toEqual(DENIED)
    expect(change('bob', 'wrong', 'weak')).toEqual(DENIED)
    expect(change('eve', OLD, NEW)).toEqual(DENIED)
    expect(check('bob', OLD)).toMatchObject({ ok: true })
  })

  test.each([
    ['short', 'at least 10 characters'],
    ['bob', 'at least 10 characters'],
    ['Password2026', 'tried first'],
    [OLD, 'another one than the old'],
  ])('refuses %s', (next, part) => {
    expect(change('bob', OLD, next)).toMatchObject({
      error: 'weak-password',
      message: expect.stringContaining(part),
    })
    expect(machine.ledger.password('bob')?.hash).toBe(stored)
  })
})
