import { describe, expect, test } from 'vitest'

import { checkRights, RIGHTS } from '../../src/cli/rights.ts'
import type { Request } from '../../src/cli/rights.ts'
import { DeniedError, UsageError } from '../../src/errors.ts'
import { ask, type Given, ivan, olga, request, someone } from './rights-scene.ts'

test.each([...RIGHTS.keys(), 'brand new'])('root and owners: %s', (command) => {
  const anything = request(command, {
    names: ['boss', '..'],
    options: { admin: true },
    files: ['/etc/shadow'],
  })
  expect(() => checkRights({ kind: 'root' }, anything)).not.toThrow()
  expect(() => checkRights({ ...olga, name: 'boss', role: 'owner' }, anything)).not.toThrow()
})

describe.each(['user', 'locked'] as const)('%s', (role) => {
  test.each([...RIGHTS.keys()])('may not: %s', (command) => {
    const asked = request(command, { names: ['ada'] })
    expect(() => checkRights({ ...olga, role }, asked)).toThrow(DeniedError)
  })
})

type Row = readonly [command: string, given: Given]
const ada = { names: ['ada'] }

/** What both may. */
const ALLOWED: readonly Row[] = [
  ['user list', {}],
  ['user list', { options: { json: true, verbose: true, yes: true, other: undefined, others: [] } }],
  ['user show', ada],
  ['user show', { names: ['ADA', 'ada'] }],
  ['user show', { names: ['lotte'] }],
  ['user start', ada],
  ['user stop', { names: ['ada', 'lotte', 'gone'] }],
  ['user password', ada],
  ['user password', { names: ['ada', 'lars'] }],
  ['user password', { ...ada, options: { passwordFile: '-' }, files: ['-'] }],
  ['user password', { ...ada, options: { slips: '-' }, files: ['-'] }],
  ['user lock', { ...ada, options: { reason: 'Übung: “late” 🙂, again' } }],
  ['user unlock', ada],
  ['user unlock', { names: ['lars'] }],
  ['group members', { names: ['course-a'] }],
]

test.each(ALLOWED)('both may: %s %j', (command, given) => {
  expect(ask(olga, command, given)).not.toThrow()
  expect(ask(ivan, command, given)).not.toThrow()
})

const NAMED = { options: { name: 'course-a' }, files: ['-'] }

/** What only an operator may. */
const OPERATORS: readonly Row[] = [
  ['status', {}],
  ['group list', {}],
  ['group members', { names: ['course-b'] }],
  ['user password', { names: ['bob', 'ada'] }],
  ['roster list', {}],
  ['roster plan', NAMED],
  ['roster apply', { options: { name: 'Course.A_1', slips: '-' }, files: ['-', '-'] }],
]

test.each(OPERATORS)('an operator may, an instructor may not: %s %j', (command, given) => {
  expect(ask(olga, command, given)).not.toThrow()
  expect(ask(ivan, command, given)).toThrow(DeniedError)
})

const VERBS = ['show', 'start', 'stop', 'password', 'lock', 'unlock']
const lock = (reason: unknown): Row => ['user lock', { ...ada, options: { reason } }]
const password = (options: Request['options'], files: readonly string[]): Row => [
  'user password',
  { ...ada, options, files },
]
const rosterNamed = (name: unknown): Row => ['roster apply', { options: { name }, files: ['-'] }]

/** What neither may. */
const DENIED: readonly Row[] = [
  ...[...RIGHTS].filter(([, rule]) => rule === 'owners').map(([command]): Row => [command, ada]),
  ['brand new', {}],
  ['', {}],
  ['user', {}],
  ['user list extra', {}],
  ['constructor', {}],
  ['apply', {}],
  ...VERBS.flatMap((verb) =>
    ['boss', 'otto', 'ines', 'nobody', 'constructor'].map((name): Row => [`user ${verb}`, { names: [name] }]),
  ),
  ...VERBS.map((verb): Row => [`user ${verb}`, { names: ['ada', 'Boss'] }]),
  ...VERBS.map((verb): Row => [`user ${verb}`, { names: [] }]),
  ...['start', 'password', 'lock', 'unlock'].flatMap((verb) =>
    ['lotte', 'LOTTE', 'gone', 'odd'].map((name): Row => [`user ${verb}`, { names: [name] }]),
  ),
  ['user list', { names: ['ada'] }],
  ['user list', { files: ['-'] }],
  ['user list', { options: { json: 'yes' } }],
  ['user list', { options: { config: '/tmp/x' } }],
  ['user list', { options: { admin: false } }],
  ['user show', { ...ada, files: ['-'] }],
  ['user show', { ...ada, options: { ['__proto__']: true, constructor: true } }],
  ['user start', { ...ada, options: { shell: '/bin/sh' } }],
  ['user lock', { ...ada, options: { reason: 'x', operator: true } }],
  ['user lock', { ...ada, options: { reason: 'x', group: ['sudo'] } }],
  ...['a\nb', 'a\rb', '\u001B[2J', '\u0085', '\u2028', 'a\u202Eb', '\uD800', 'x'.repeat(501), 1, true].map(
    lock,
  ),
  password({ passwordFile: '/etc/shadow' }, ['/etc/shadow']),
  password({ passwordFile: '/etc/shadow' }, ['-']),
  password({ passwordFile: '/etc/shadow' }, []),
  password({ passwordFile: '-' }, ['-', '/etc/shadow']),
  password({ passwordFile: ['-'] }, ['-']),
  password({ slips: '/etc/cron.d/x' }, ['-']),
  password({ slips: './-' }, ['-']),
  password({ slips: '' }, ['-']),
  password({ slips: true }, ['-']),
  ['group members', {}],
  ['group members', { names: ['course-a', 'course-b'] }],
  ['group members', { names: ['course-a\n'] }],
  ['group members', { names: ['jupyterhub-admins'] }],
  ['roster plan', { options: { name: 'a' } }],
  ['roster plan', { options: { name: 'a' }, files: ['/etc/shadow'] }],
  ['roster plan', { options: { name: 'a', slips: '-' }, files: ['-'] }],
  ['roster plan', { ...NAMED, names: ['ada'] }],
  ...['../x', '/etc/x', '.x', '', 'a b', 'a\n', 'x'.repeat(33), true].map(rosterNamed),
]

test.each(DENIED)('neither may: %s %j', (command, given) => {
  expect(ask(olga, command, given)).toThrow(DeniedError)
  expect(ask(ivan, command, given)).toThrow(DeniedError)
})

test.each(['', 'ada\nboss', 'ada boss', 'bo\u200Bss', 'ｂｏｓｓ', '../boss', '--password-file'])(
  'the name %j is none',
  (name) => {
    expect(ask(olga, 'user password', { names: [name] })).toThrow(UsageError)
  },
)

describe('people and themselves', () => {
  test.each([olga, ivan])('$name', (caller) => {
    const names = [caller.name.toUpperCase()]
    expect(ask(caller, 'user show', { names })).not.toThrow()
    for (const verb of VERBS.filter((each) => each !== 'show'))
      expect(ask(caller, `user ${verb}`, { names })).toThrow(DeniedError)
  })

  test('somebody who is no operator any more, as the ledger says, and acts on themself', () => {
    const asked = { ...request('user password', { names: ['olga'] }), target: () => someone('user') }
    expect(() => checkRights(olga, asked)).toThrow(DeniedError)
  })
})

describe('an instructor', () => {
  test.each(VERBS)('of the group only: %s', (verb) => {
    expect(ask(ivan, `user ${verb}`, { names: ['bob'] })).toThrow(DeniedError)
    expect(ask(ivan, `user ${verb}`, { names: ['ada', 'BOB'] })).toThrow(DeniedError)
  })

  test('of no group has nobody', () => {
    expect(() => checkRights({ ...ivan, teaches: [] }, request('user show', ada))).toThrow(DeniedError)
  })
})

function says(work: () => void): string {
  try {
    work()
  } catch (error) {
    return error instanceof DeniedError ? error.message : 'another error'
  }
  return 'no error'
}

describe('the sentence', () => {
  test.each([
    [
      ask(olga, 'config show'),
      'olga is an operator and may not use `tljh config show`; an owner of this hub can',
    ],
    [ask(ivan, 'status'), 'ivan is an instructor and may not use `tljh status`; an owner of this hub can'],
    [
      ask(olga, ...password({ passwordFile: '/etc/shadow' }, [])),
      'olga is an operator and may not use `tljh user password` with a --password-file other than -; an owner of this hub can',
    ],
    [
      ask(olga, 'user show', { ...ada, options: { admin: true } }),
      'olga is an operator and may not use `tljh user show` with --admin; an owner of this hub can',
    ],
    [
      ask(olga, 'user unlock', { names: ['lotte'] }),
      'olga is an operator and may not use `tljh user unlock` for lotte, whom an owner or the configuration has locked; an owner of this hub can',
    ],
  ])('%#', (work, sentence) => {
    expect(says(work)).toBe(sentence)
  })

  test.each(['nobody', 'boss', 'otto', 'ines', 'constructor'])(
    'is the same for somebody else’s people and for %s',
    (name) => {
      const sentence = says(ask(ivan, 'user show', { names: ['bob'] }))
      expect(sentence).toMatch(/for bob; an owner of this hub can$/)
      expect(says(ask(ivan, 'user show', { names: [name] }))).toBe(
        sentence.replace('for bob;', `for ${name};`),
      )
    },
  )
})
