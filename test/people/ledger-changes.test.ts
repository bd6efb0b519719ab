import { readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { BugError, HostError } from '../../src/errors.ts'
import type { Access } from '../../src/people/access.ts'
import { closedAccount, emptyLedger } from '../../src/people/ledger.ts'
import { unixName } from '../../src/people/names.ts'
import { ledger, path, range, reopen } from './ledger-scene.ts'

const operator: Access = { role: 'operator', groups: ['lab'], teaches: [] }

describe('rename', () => {
  test('is kept in mind until config and ledger agree; nothing to forget writes nothing', () => {
    ledger.ensure('bob', range)
    const before = readFileSync(path)
    ledger.renames.clear()
    expect(readFileSync(path).equals(before)).toBe(true)
    ledger.rename('bob', 'robert')
    expect([...ledger.renames.pending()]).toEqual([['bob', 'robert']])
    ledger.renames.clear()
    expect([...ledger.renames.pending()]).toEqual([])
  })

  test('takes password and rights along; the account stays', () => {
    const bob = ledger.ensure('bob', range)
    ledger.passwords.set('bob', 'h', true)
    ledger.access.replace(new Map([['bob', operator]]))
    ledger.lock('bob', 'owner', 'left')
    ledger.setShell('bob', '/bin/sh')
    ledger.lift('bob', 5)
    const before = ledger.find('bob')
    ledger.rename('bob', 'robert')
    expect(ledger.find('robert')).toEqual({ ...before, hubName: 'robert' })
    expect(ledger.find('robert')).toMatchObject({ unixName: bob.unixName, uid: bob.uid, shell: '/bin/sh' })
    expect(ledger.passwords.find('robert')).toMatchObject({ hash: 'h', oneTime: true })
    expect(ledger.access.find('robert')).toEqual(operator)
    expect([ledger.find('bob'), ledger.passwords.find('bob'), ledger.access.find('bob')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  test('to a name that is somebody’s is refused, and nothing moves', () => {
    ledger.ensure('bob', range)
    ledger.ensure('ann', range)
    ledger.passwords.set('bob', 'h', false)
    expect(() => ledger.rename('bob', 'ann')).toThrow(new HostError('ann is somebody already'))
    expect(ledger.list().map(({ hubName }) => hubName)).toEqual(['ann', 'bob'])
    expect(ledger.passwords.find('bob')?.hash).toBe('h')
  })

  test('never goes half way', () => {
    ledger.ensure('bob', range)
    ledger.passwords.set('robert', 'left over', false)
    ledger.passwords.set('bob', 'h', false)
    expect(() => ledger.rename('bob', 'robert')).toThrow(HostError)
    expect(ledger.find('bob')).toBeDefined()
    expect(ledger.find('robert')).toBeUndefined()
  })

  test('to a name that was not checked is our bug', () => {
    ledger.ensure('bob', range)
    expect(() => ledger.rename('bob', 'Robert')).toThrow(BugError)
  })

  test('leaves the old name to whoever comes: with another account, numbers and no password', () => {
    const bob = ledger.ensure('bob', range)
    ledger.passwords.set('bob', 'h', false)
    ledger.access.replace(new Map([['bob', operator]]))
    ledger.rename('bob', 'robert')
    const next = ledger.ensure('bob', range)
    expect(next.unixName).toBe(unixName('bob', 8))
    expect(next.uid).not.toBe(bob.uid)
    expect(next.slug).not.toBe(bob.slug)
    expect(ledger.passwords.find('bob')).toBeUndefined()
    expect(ledger.access.find('bob')).toBeUndefined()
    expect(ledger.find('robert')).toEqual({ ...bob, hubName: 'robert' })
  })

  test('and back is the same person', () => {
    const bob = ledger.ensure('bob', range)
    ledger.rename('bob', 'robert')
    ledger.rename('robert', 'bob')
    expect(ledger.ensure('bob', range)).toEqual(bob)
  })
})

describe('a lock', () => {
  test.each(['owner', 'other', 'config'] as const)('by %s closes the account until it is lifted', (by) => {
    const bob = ledger.ensure('bob', range)
    expect(closedAccount(bob)).toBeUndefined()
    ledger.lock('bob', by, 'left on 31 March')
    reopen()
    const locked = ledger.find('bob')
    expect(locked?.lock).toMatchObject({ by, reason: 'left on 31 March' })
    expect(Math.abs(Date.parse(locked?.lock?.since ?? '') - Date.now())).toBeLessThan(60_000)
    expect(closedAccount(locked)).toBe('the account is locked')
    ledger.unlock('bob')
    expect(ledger.find('bob')).toEqual(bob)
  })

  test('is replaced by another one', () => {
    ledger.ensure('bob', range)
    ledger.lock('bob', 'config', 'no longer named')
    ledger.lock('bob', 'owner', 'cheated')
    expect(ledger.find('bob')?.lock).toMatchObject({ by: 'owner', reason: 'cheated' })
  })

  test('of nobody makes nobody', () => {
    ledger.lock('bob', 'owner', 'x')
    expect(ledger.list()).toEqual([])
    expect(closedAccount(undefined)).toBeUndefined()
  })

  test('does not hide that an account was taken off the machine', () => {
    ledger.ensure('bob', range)
    ledger.lock('bob', 'owner', 'x')
    ledger.setState('bob', 'gone')
    expect(closedAccount(ledger.find('bob'))).toBe('the account was taken off this machine')
  })
})

describe('what else is kept', () => {
  test('lift keeps when failed logins were forgiven last', () => {
    expect(ledger.ensure('bob', range).lifted).toBe(0)
    ledger.lift('bob', 1_795_000_000_123)
    expect(ledger.find('bob')?.lifted).toBe(1_795_000_000_123)
  })

  test('a shell, until it is the usual one again', () => {
    ledger.ensure('bob', range)
    ledger.setShell('bob', '/usr/bin/zsh')
    expect(ledger.find('bob')?.shell).toBe('/usr/bin/zsh')
    ledger.setShell('bob', '')
    expect(ledger.find('bob')?.shell).toBe('')
  })

  test('a home stays where it was made when the folder of homes changes', () => {
    expect(ledger.ensure('bob', range)).toMatchObject({ home: '/home/jupyter-bob', adopted: false })
    expect(ledger.ensure('bob', { ...range, homes: '/srv/homes' }).home).toBe('/home/jupyter-bob')
    expect(ledger.ensure('ann', { ...range, homes: '/srv/homes' }).home).toBe('/srv/homes/jupyter-ann')
    ledger.rename('bob', 'robert')
    expect(ledger.find('robert')?.home).toBe('/home/jupyter-bob')
  })

  test('completeAll says so of everybody who may log in, and of nobody else', () => {
    for (const name of ['bob', 'banned', 'locked', 'gone']) ledger.ensure(name, range)
    ledger.access.replace(new Map(['bob', 'locked', 'gone'].map((name) => [name, operator])))
    ledger.lock('locked', 'owner', 'x')
    ledger.setState('gone', 'gone')
    ledger.completeAll()
    expect(ledger.list().map(({ hubName, state }) => [hubName, state])).toEqual([
      ['banned', 'new'],
      ['bob', 'active'],
      ['gone', 'gone'],
      ['locked', 'new'],
    ])
  })

  test('withUid finds whose account it is, and nobody else', () => {
    ledger.ensure('bob', range)
    ledger.ensure('ann', range)
    expect(ledger.withUid(20_001)?.hubName).toBe('ann')
    for (const uid of [0, 20_002, -1, 2 ** 31]) expect(ledger.withUid(uid)).toBeUndefined()
  })
})

test('an empty ledger is nowhere, and works', () => {
  const empty = emptyLedger()
  expect(empty.list()).toEqual([])
  expect(empty.ensure('bob', range).uid).toBe(20_000)
  empty.close()
  expect(emptyLedger().find('bob')).toBeUndefined()
})
