import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

import { addToList, removeFromList, removeKey } from '../../src/config/edit.ts'

type Row = readonly [name: string, before: string, after: string]

const ADMIN = ['users', 'admin']
const admin = (list: string): string => `users:\n  admin: ${list} # who\n  banned: []\n`

/** Lists before and after ada has gone. */
const LINES: readonly Row[] = [
  [
    'with the comment on its line and no other',
    '# top\nusers:\n  # boss\n  admin: # key\n    # one\n    - ada   # since 2020\n\n    # two\n    - bob # b\n# five\n',
    '# top\nusers:\n  # boss\n  admin: # key\n    # one\n\n    # two\n    - bob # b\n# five\n',
  ],
  ['from a list that is not indented', 'users:\n  admin:\n  - bob\n  - ada\n', 'users:\n  admin:\n  - bob\n'],
  [
    'in any quotes',
    'users:\n  admin:\n    -   "ada"\n    - \'ada\'\n    - bob\n',
    'users:\n  admin:\n    - bob\n',
  ],
  [
    'from lines of its own, where a comment stays',
    'users:\n  admin:\n    -\n      # who\n      ada\n    - >-\n      ada\n    - bob\n',
    'users:\n  admin:\n      # who\n    - bob\n',
  ],
  ['and leaves an empty list', 'users:\n  admin:\n    - ada\n', 'users:\n  admin: []\n'],
  [
    'and leaves an empty list with all that is said around it',
    'users:\n  admin: &a  # key\n    # one\n    - ada # gone\n    # two\n  banned: []\n',
    'users:\n  admin: &a []  # key\n    # one\n    # two\n  banned: []\n',
  ],
  ['at an end without newline', 'users:\n  admin:\n    - bob\n    - ada', 'users:\n  admin:\n    - bob'],
  ['alone at an end without newline', 'users:\n  admin:\n    - ada', 'users:\n  admin: []'],
  [
    'from a file from Windows',
    'users:\r\n  admin:\r\n    - ada # x\r\n    - bob # y\r\n',
    'users:\r\n  admin:\r\n    - bob # y\r\n',
  ],
  [
    'from a file from Windows without newline',
    'users:\r\n  admin:\r\n    - bob\r\n    - ada',
    'users:\r\n  admin:\r\n    - bob',
  ],
  [
    'behind a mark of an editor',
    '\uFEFFusers:\n  admin:\n    - ada\n    - bob\n',
    '\uFEFFusers:\n  admin:\n    - bob\n',
  ],
  [
    'where the key has a question mark, written anew',
    'users:\n  ? admin # key\n  : - ada # gone\n    # two\n    - bob\n',
    'users:\n  admin:\n    # key\n    # two\n    - bob\n',
  ],
]

/** Lists in brackets before and after ada has gone. */
const BRACKETS: readonly (readonly [before: string, after: string])[] = [
  ['[ada, bob, eve]', '[bob, eve]'],
  ['[bob, ada, eve]', '[bob, eve]'],
  ['[bob, eve, ada]', '[bob, eve]'],
  ['[ ada, bob ]', '[ bob ]'],
  ['[ bob, ada ]', '[ bob ]'],
  ['[ada,bob]', '[bob]'],
  ['[bob,ada]', '[bob]'],
  ['[bob , ada , eve]', '[bob , eve]'],
  ['[bob, ada,]', '[bob,]'],
  ['["bob", "ada", \'ada\', ada]', '["bob"]'],
  ['["a\n    da", bob, ada]', '["a\n    da", bob]'],
  ['[ada]', '[]'],
  ['[ ada, ]', '[]'],
  ['[\n    ada\n  ]', '[]'],
  ['[\n    ada, # gone\n    # not yet: eve\n    bob\n  ]', '[\n    # not yet: eve\n    bob\n  ]'],
  ['[\n    bob, # b\n    # not yet: eve\n    ada # gone\n  ]', '[\n    bob # b\n    # not yet: eve\n  ]'],
  ['[\n    # all gone\n    ada\n  ]', '[\n    # all gone\n  ]'],
  ['[ bob,\n    ada, eve, # both\n    cyd ]', '[ bob,\n    eve, # both\n    cyd ]'],
  ['[ada, # gone\n    bob]', '[\n    bob]'],
  ['[bob,\n    ada]', '[bob\n    ]'],
  ['[\n      bob\n    , ada\n    , eve\n  ]', '[\n      bob\n    , eve\n  ]'],
]

describe('removeFromList', () => {
  test.each(LINES)('takes a name out %s', (_, before, after) => {
    expect(removeFromList(before, ADMIN, ['ada'])).toBe(after)
    expect(removeFromList(after, ADMIN, ['ada'])).toBe(after)
  })

  test.each(BRACKETS)('takes a name out of %j', (before, after) => {
    expect(removeFromList(admin(before), ADMIN, ['ada'])).toBe(admin(after))
  })

  test.each([
    ['the list is missing', 'users:\n  allowed: [ada]\n'],
    ['there is nothing', ''],
    ['the key has no value', 'users:\n  admin:\n'],
    ['the name is not there', 'users:\n  admin: [ ada1,bob ]   # odd\n'],
    ['the list is empty', 'users:\n  admin: [ ]\n'],
  ])('leaves the text alone when %s', (_, text) => {
    expect(removeFromList(text, ADMIN, ['ada', 'zoe'])).toBe(text)
  })

  test('takes several out at once', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `s${index}`)
    const before = 'users:\n  admin:\n    - ada # first\n  # mine\n'
    const text = addToList(before, ADMIN, names)
    expect(removeFromList(text, ADMIN, names)).toBe(before)
    expect(removeFromList(text, ADMIN, ['ada', ...names])).toBe('users:\n  admin: []\n  # mine\n')
  })

  test('finds names that YAML would take for something else', () => {
    const names = ['yes', 'no', 'on', '1e3', '007', '12', 'null', 'true', '1_000', '0x1f', '2026-11-22']
    for (const text of ['', admin('[ada]'), 'users:\n  admin:\n    - ada\n']) {
      const more = addToList(text, ADMIN, names)
      for (const version of ['1.1', '1.2'] as const) {
        const data = parse(more, { version }) as { users: { admin: unknown[] } }
        expect(data.users.admin.slice(-names.length)).toEqual(names)
      }
      const list = text === '' ? [] : ['ada']
      expect(parse(removeFromList(more, ADMIN, names))).toMatchObject({ users: { admin: list } })
    }
  })
})

const GROUP = ['users', 'extra_user_groups', 'course-a']

const KEYS: readonly Row[] = [
  [
    'with its value and what is said in it',
    'users:\n  extra_user_groups: # all\n    # first\n    course-a: # gone\n      - bob # gone\n      # gone\n      - eve\n    # - later\n    b: [x]\n',
    'users:\n  extra_user_groups: # all\n    # first\n    # - later\n    b: [x]\n',
  ],
  [
    'with the maps that become empty, but not what is said in them',
    '# top\nusers: # gone\n  # groups\n  extra_user_groups: # gone\n    # first\n    course-a: [bob] # gone\n    # - later\n# end\nhttp:\n',
    '# top\n  # groups\n    # first\n    # - later\n# end\nhttp:\n',
  ],
  ['and leaves nothing', 'users:\n  extra_user_groups:\n    course-a: []\n', ''],
  ['and leaves a comment', '# top\nusers:\n  extra_user_groups:\n    course-a:\n', '# top\n'],
  [
    'at an end without newline',
    'http:\n  port: 80\nusers:\n  extra_user_groups:\n    course-a:\n      - bob',
    'http:\n  port: 80',
  ],
  [
    'from a file from Windows',
    'users:\r\n  admin: []\r\n  extra_user_groups:\r\n    course-a: [bob]\r\n',
    'users:\r\n  admin: []\r\n',
  ],
  [
    'from the beginning of braces',
    'users:\n  extra_user_groups: {course-a: [bob], b: [eve]} # c\n',
    'users:\n  extra_user_groups: {b: [eve]} # c\n',
  ],
  [
    'from the end of braces',
    'users:\n  extra_user_groups: { b: [eve], "course-a": [bob] } # c\n',
    'users:\n  extra_user_groups: { b: [eve] } # c\n',
  ],
  [
    'from braces over several lines',
    'users:\n  extra_user_groups: {\n    # one\n    course-a: [bob], # gone\n    b: [eve]\n  } # c\n',
    'users:\n  extra_user_groups: {\n    # one\n    b: [eve]\n  } # c\n',
  ],
  ['that was all in the braces', 'users:\n  extra_user_groups: {course-a: [bob]} # c\nhttp:\n', 'http:\n'],
  ['from JSON', '{"users": {"extra_user_groups": {"course-a": ["bob"]}}, "http": {}}\n', '{"http": {}}\n'],
  ['from JSON that has nothing else', '{"users": {"extra_user_groups": {"course-a": []}}}\n', '{}\n'],
  [
    'with a question mark, written anew',
    'users:\n  extra_user_groups:\n    # one\n    ? course-a # gone\n    : - bob\n    # two\n    ? b\n    : - bob\n',
    'users:\n  extra_user_groups:\n    # one\n    # two\n    b:\n      - bob\n',
  ],
]

describe('removeKey', () => {
  test.each(KEYS)('takes a key out %s', (_, before, after) => {
    expect(removeKey(before, GROUP)).toBe(after)
    expect(removeKey(after, GROUP)).toBe(after)
  })

  test.each([
    '',
    'users:\n',
    'users:\n  extra_user_groups: { b: [ada] }\n',
    'users:\n  extra_user_groups: {}\n',
  ])('leaves %j alone', (text) => {
    expect(removeKey(text, GROUP)).toBe(text)
  })

  test('takes a value out that is no list', () => {
    expect(removeKey('http:\n  address: x\n  port: 80 # web\n', ['http', 'port'])).toBe(
      'http:\n  address: x\n',
    )
  })
})
