import { describe, expect, test } from 'vitest'

import { BugError, HostError } from '../../src/errors.ts'
import { occupiedBy } from '../../src/people/ledger.ts'
import { unixName } from '../../src/people/names.ts'
import { ledger, range, reopen } from './ledger-scene.ts'

const EVE = { unixName: 'jupyter-eve@example.org', uid: 1001, gid: 100, home: '/srv/eve' }

describe('candidate', () => {
  test('is the name that ensure then gives', () => {
    for (const name of ['bob', 'bob@uni.example', 'a.b', 'x'.repeat(40)]) {
      const candidate = ledger.candidate(name)
      expect(ledger.ensure(name, range).unixName).toBe(candidate)
    }
  })

  test('never is a slug that an adopted account has', () => {
    ledger.adopt('bob', { ...EVE, unixName: 'robert' })
    expect(ledger.find('bob')).toMatchObject({ unixName: 'robert', slug: 'bob' })
    ledger.rename('bob', 'robert')
    expect(ledger.candidate('bob')).toBe(unixName('bob', 8))
  })
})

describe('an account of the machine that is nobody’s', () => {
  const occupied = { ...range, occupied: (unix: string) => unix === 'jupyter-eve' }

  test('is not given to anybody, and the way out is told', () => {
    expect(() => ledger.ensure('eve', occupied)).toThrow(new HostError(occupiedBy('eve', 'jupyter-eve')))
    expect(occupiedBy('eve', 'jupyter-eve')).toContain('sudo tljh user adopt eve --unix jupyter-eve')
    expect(ledger.list()).toEqual([])
  })

  test('costs nobody a number', () => {
    expect(() => ledger.ensure('eve', occupied)).toThrow(HostError)
    expect(ledger.ensure('bob', occupied).uid).toBe(20_000)
  })

  test('does not matter once the person has a row', () => {
    const eve = ledger.ensure('eve', range)
    expect(ledger.ensure('eve', occupied)).toEqual(eve)
  })
})

describe('adopt', () => {
  test('makes a whole person of an account, with a slug that a unit takes', () => {
    const eve = ledger.adopt('eve@example.org', EVE)
    expect(eve).toMatchObject({
      ...EVE,
      hubName: 'eve@example.org',
      state: 'active',
      adopted: true,
      shell: '',
    })
    expect(`jupyter-${eve.slug}`).toBe(unixName('eve@example.org'))
    expect(eve.slug).toMatch(/^[a-z0-9_-]+$/)
    expect(ledger.find('eve@example.org')).toEqual(eve)
    expect(ledger.withUid(1001)).toEqual(eve)
    reopen()
    expect(ledger.find('eve@example.org')).toEqual(eve)
  })

  test('of somebody who has an account is refused', () => {
    ledger.ensure('eve', range)
    expect(() => ledger.adopt('eve', EVE)).toThrow(new HostError('eve has an account already'))
    expect(ledger.find('eve')?.unixName).toBe('jupyter-eve')
  })

  test.each([
    ['name', { ...EVE, uid: 1002 }],
    ['uid', { ...EVE, unixName: 'other' }],
  ])('of an account whose %s is somebody’s already is refused', (_, account) => {
    ledger.adopt('eve', EVE)
    expect(() => ledger.adopt('mallory', account)).toThrow(HostError)
    expect(ledger.list().map(({ hubName }) => hubName)).toEqual(['eve'])
  })

  test('of a name that was not checked is our bug', () => {
    expect(() => ledger.adopt('Eve', EVE)).toThrow(BugError)
  })

  test('keeps the number from everybody else', () => {
    ledger.adopt('eve', { ...EVE, uid: 20_000, gid: 20_001 })
    expect(ledger.ensure('bob', range).uid).toBe(20_002)
  })
})
