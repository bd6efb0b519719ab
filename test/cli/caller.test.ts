import { assert, oneof, property, string, stringMatching } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { callerOf, heldBack, mayEverything, sudoUid } from '../../src/cli/caller.ts'
import { DeniedError } from '../../src/errors.ts'

const olga = { name: 'olga', role: 'operator', teaches: [], locked: false } as const

describe('sudoUid', () => {
  test.each([
    [undefined, undefined],
    ['0', undefined],
    ['1', 1],
    ['20001', 20_001],
    ['4294967294', 4_294_967_294],
  ])('of %j is %j', (text, uid) => {
    expect(sudoUid(text === undefined ? {} : { SUDO_UID: text })).toBe(uid)
  })

  test.each(['', ' ', '-1', '+1', '00', '01', '1 ', ' 1', '1\n', '0x1', '1e3', '1.0', 'root', '١', '0,1000'])(
    'refuses %j',
    (text) => {
      expect(() => sudoUid({ SUDO_UID: text })).toThrow(DeniedError)
    },
  )

  test.each(['4294967295', '4294967296', '9999999999', '99999999999'])('refuses %s: no account', (text) => {
    expect(() => sudoUid({ SUDO_UID: text })).toThrow(DeniedError)
  })

  test('is exactly the number in the text, or an error', () => {
    assert(
      property(oneof(string(), stringMatching(/^[-+ 0-9.ex]{0,12}$/)), (text) => {
        try {
          expect(String(sudoUid({ SUDO_UID: text }) ?? 0)).toBe(text)
        } catch (error) {
          if (!(error instanceof DeniedError)) throw error
        }
      }),
    )
  })

  test('shows what it refuses without control characters', () => {
    expect(() => sudoUid({ SUDO_UID: '1\u001B[2J' })).toThrow(String.raw`'1\u{1b}[2J'`)
  })
})

describe('callerOf', () => {
  test('without sudo is root, whoever has an account', () => {
    expect(callerOf(undefined, olga, [])).toEqual({ kind: 'root' })
  })

  test("an account that is nobody's of the hub has root by a rule of the machine", () => {
    expect(callerOf(1000, undefined, ['sudo', 'jupyterhub-users'])).toEqual({ kind: 'root' })
  })

  test.each(['jupyterhub-operators', 'jupyterhub-instructors'])(
    'but not by our rule for %s, where it was put by hand',
    (group) => {
      expect(() => callerOf(1000, undefined, ['sudo', group])).toThrow(
        new DeniedError(
          `the account with the number 1000 is in the group ${group} but is nobody's of this hub; root of this machine takes it out: gpasswd --delete ACCOUNT ${group}`,
        ),
      )
    },
  )

  test.each(['owner', 'operator', 'instructor', 'user'] as const)('%s', (role) => {
    const teaches = ['course-a']
    const person = { name: 'ann', role, teaches, locked: false }
    expect(callerOf(20_000, person, [])).toEqual({ kind: 'person', name: 'ann', role, teaches })
    expect(callerOf(20_000, { ...person, locked: true }, [])).toMatchObject({ name: 'ann', role: 'locked' })
  })
})

const person = (role: 'owner' | 'operator' | 'instructor' | 'user' | 'locked') =>
  ({ kind: 'person', name: 'ann', role, teaches: [] }) as const

test('root and owners may everything, nobody else', () => {
  expect(mayEverything({ kind: 'root' })).toBe(true)
  expect(mayEverything(person('owner'))).toBe(true)
  for (const role of ['operator', 'instructor', 'user', 'locked'] as const)
    expect(mayEverything(person(role))).toBe(false)
})

describe('heldBack', () => {
  const env = {
    PATH: '/usr/bin',
    LANG: 'C.UTF-8',
    LC_TIME: 'C',
    SUDO_UID: '20001',
    https_proxy: 'http://evil.example',
    UV_INDEX_URL: 'http://evil.example',
    PIP_CONFIG_FILE: '/tmp/evil',
    SSL_CERT_FILE: '/tmp/evil',
    NODE_OPTIONS: '--require=/tmp/evil.js',
    LC_X_EVIL: '',
  }

  test('is nothing of root and owners', () => {
    expect(heldBack({ kind: 'root' }, env)).toEqual([])
    expect(heldBack(person('owner'), env)).toEqual([])
  })

  test.each(['operator', 'instructor', 'user', 'locked'] as const)(
    'is everything that chooses where things come from, of %s',
    (role) => {
      expect(heldBack(person(role), env)).toEqual([
        'https_proxy',
        'UV_INDEX_URL',
        'PIP_CONFIG_FILE',
        'SSL_CERT_FILE',
        'NODE_OPTIONS',
        'LC_X_EVIL',
      ])
    },
  )
})
