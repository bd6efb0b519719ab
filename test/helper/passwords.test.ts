import { DatabaseSync } from 'node:sqlite'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { Ledger } from '../../src/people/ledger.ts'
import { hashOneTimePassword, hashPassword } from '../../src/people/passwords.ts'
import { FakeMachine } from './machine.ts'

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
  machine.ledger.passwords.set('bob', stored, false)
  machine.ledger.passwords.set('ann', stored, true)
})
afterEach(() => {
  machine.close()
})

describe('check-password', () => {
  test('welcomes with the rights of the last settle', () => {
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

  test.each([
    ['gone', (ledger) => ledger.setState('bob', 'gone'), 'the account was taken off this machine'],
    ['locked by an owner', (ledger) => ledger.lock('bob', 'owner', 'left'), 'the account is locked'],
    ['locked by an operator', (ledger) => ledger.lock('bob', 'other', 'left'), 'the account is locked'],
    ['locked by the config', (ledger) => ledger.lock('bob', 'config', 'left'), 'the account is locked'],
  ] satisfies [string, (ledger: Ledger) => void, string][])('denies somebody who is %s', (_, shut, why) => {
    machine.ledger.ensure('bob', {
      min: 20_000,
      max: 30_000,
      taken: () => false,
      occupied: () => false,
      homes: '/home',
    })
    expect(check('bob', OLD)).toMatchObject({ ok: true })
    shut(machine.ledger)
    expect(check('bob', OLD)).toEqual(DENIED)
    expect(change('bob', OLD, NEW)).toEqual(DENIED)
    expect(journal('bob', OLD)).toBe(`<4>check-password 'bob': denied: denied (${why})\n`)
    // Whoever guesses is not told that the account is there.
    expect(journal('bob', 'wrong')).toBe(`<4>check-password 'bob': denied: denied (wrong password)\n`)
  })

  test('lets somebody in again who was unlocked', () => {
    machine.ledger.ensure('bob', {
      min: 20_000,
      max: 30_000,
      taken: () => false,
      occupied: () => false,
      homes: '/home',
    })
    machine.ledger.lock('bob', 'owner', 'holidays')
    machine.ledger.unlock('bob')
    expect(check('bob', OLD)).toMatchObject({ ok: true })
  })

  test('denies whom the last settle no longer has', () => {
    machine.ledger.access.replace(new Map())
    expect(check('bob', OLD)).toEqual(DENIED)
    expect(journal('bob', OLD)).toContain('not among the people of this hub')
  })

  test.each(['operator', 'instructor'] as const)('an %s is no admin of the hub', (role) => {
    machine.ledger.access.replace(new Map([['bob', { role, groups: ['lab'], teaches: ['lab'] }]]))
    expect(check('bob', OLD)).toMatchObject({ ok: true, admin: false, groups: ['lab'] })
  })

  test('a one-time password is good for 30 days, another one for ever', () => {
    age(29)
    expect(check('ann', OLD)).toMatchObject({ ok: true })
    age(31)
    expect(check('ann', OLD)).toEqual(DENIED)
    expect(check('bob', OLD)).toMatchObject({ ok: true })
  })

  test('takes as long for nobody as for somebody', () => {
    machine.ledger.passwords.set('bob', hashPassword(OLD), false)
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
    expect(machine.ledger.passwords.find('bob')?.hash).toBe(stored)
  })
})
