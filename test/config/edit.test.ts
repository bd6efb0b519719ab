import { array, assert, constantFrom, property, stringMatching, uniqueArray } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

import { addToList, setValue } from '../../src/config/edit.ts'

const ADMIN = ['users', 'admin']
const addZoe = (text: string): string => addToList(text, ADMIN, ['zoe'])

/** Before and after, in the hand of people. */
const ADDED: readonly (readonly [name: string, before: string, after: string])[] = [
  [
    'to a list of lines, with all comments and spaces as they are',
    '# top\nusers:\n  # the boss\n  admin:\n    - ada    # since 2020\n\n  # others\n  allowed: [bob,  eve]\n\n\nhttp:\n  port:   80\n# end\n',
    '# top\nusers:\n  # the boss\n  admin:\n    - ada    # since 2020\n    - zoe\n\n  # others\n  allowed: [bob,  eve]\n\n\nhttp:\n  port:   80\n# end\n',
  ],
  ['to a list that is not indented', 'users:\n  admin:\n  - ada\n', 'users:\n  admin:\n  - ada\n  - zoe\n'],
  [
    'to a list that is indented by four',
    'users:\n    admin:\n        - ada\nhttp: {}\n',
    'users:\n    admin:\n        - ada\n        - zoe\nhttp: {}\n',
  ],
  ['to a list in brackets', 'users:\n  admin: [ada] # me\n', 'users:\n  admin: [ada, zoe] # me\n'],
  [
    'to a list in brackets over several lines',
    'users:\n  admin: [\n    ada,\n    # not yet: eve\n    bob\n  ]\n',
    'users:\n  admin: [\n    ada,\n    # not yet: eve\n    bob, zoe\n  ]\n',
  ],
  ['after a trailing comma', 'users:\n  admin: [ada,]\n', 'users:\n  admin: [ada, zoe,]\n'],
  ['to an empty list', 'users:\n  admin: []\n', 'users:\n  admin: [zoe]\n'],
  ['to quoted names', 'users:\n  admin: [\'ada\', "bob"]\n', 'users:\n  admin: [\'ada\', "bob", zoe]\n'],
  ['where the key has no value', 'users:\n  admin:\nhttp:\n', 'users:\n  admin:\n    - zoe\nhttp:\n'],
  [
    'where everything under the key is commented out',
    'users:\n  # admin:\n  #   - ada\nhttp:\n  port: 80\n',
    'users:\n  admin:\n    - zoe\n  # admin:\n  #   - ada\nhttp:\n  port: 80\n',
  ],
  [
    'where the key is missing',
    'users:\n  allowed: [bob] # all\n\n# below\nhttp:\n  port: 80\n',
    'users:\n  allowed: [bob] # all\n  admin:\n    - zoe\n\n# below\nhttp:\n  port: 80\n',
  ],
  ['where the map is missing', 'http:\n  port: 80\n', 'http:\n  port: 80\nusers:\n  admin:\n    - zoe\n'],
  ['to an empty file', '', 'users:\n  admin:\n    - zoe\n'],
  ['to a file of comments', '# mine\n# alone', '# mine\n# alone\nusers:\n  admin:\n    - zoe\n'],
  [
    'to a file without a newline at its end',
    'users:\n  admin:\n    - ada',
    'users:\n  admin:\n    - ada\n    - zoe',
  ],
  [
    'to a file from Windows',
    'users:\r\n  admin:\r\n    - ada\r\nhttp:\r\n',
    'users:\r\n  admin:\r\n    - ada\r\n    - zoe\r\nhttp:\r\n',
  ],
  [
    'after a text of several lines',
    'x: |\n  lit\n  lit\n',
    'x: |\n  lit\n  lit\nusers:\n  admin:\n    - zoe\n',
  ],
  [
    'to a document with marks',
    '---\nusers:\n  admin: [ada]\n...\n',
    '---\nusers:\n  admin: [ada, zoe]\n...\n',
  ],
  ['inside braces, written anew', 'users: {} # all\n', 'users: { admin: [ zoe ] } # all\n'],
]

describe('addToList', () => {
  test.each(ADDED)('adds %s', (...[, before, after]) => {
    expect(addZoe(before)).toBe(after)
    expect(addZoe(after)).toBe(after)
  })

  test.each([
    ['everything is there', 'users:\n  admin: [ ada ,zoe ]   # odd\n'],
    ['everything is there, in quotes', 'users:\n  admin:\n  -   "zoe"\n'],
  ])('leaves the text alone when %s', (_, text) => {
    expect(addZoe(text)).toBe(text)
    expect(addToList(text, ADMIN, [])).toBe(text)
  })

  test('adds several at once, each once', () => {
    expect(addToList('users:\n  admin: [ada]\n', ADMIN, ['bob', 'ada', 'eve', 'bob'])).toBe(
      'users:\n  admin: [ada, bob, eve]\n',
    )
  })

  test('writes names as text that YAML would take for something else', () => {
    const names = ['123456', '1e5', 'null', 'true', '0123', 'no', '2026-11-22', '~', '0x1f']
    for (const text of ['', 'users:\n  admin: [ada]\n', 'users:\n  admin:\n    - ada\n']) {
      const list = (parse(addToList(text, ADMIN, names)) as { users: { admin: unknown[] } }).users.admin
      expect(list.slice(-names.length)).toEqual(names)
    }
  })

  test('a list that another key points to keeps its name', () => {
    const text = addZoe('users:\n  admin: &a [ada]\n  allowed: *a\n')
    expect(parse(text)).toEqual({ users: { admin: ['ada', 'zoe'], allowed: ['ada', 'zoe'] } })
  })

  test('a thousand people are added in one go', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `s${index}`)
    const text = addToList('users:\n  allowed:\n    - ada # first\n', ['users', 'allowed'], names)
    expect(text).toMatch(/^users:\n {2}allowed:\n {4}- ada # first\n {4}- s0\n/)
    expect(parse(text)).toEqual({ users: { allowed: ['ada', ...names] } })
  })
})

const name = stringMatching(/^[a-z0-9][a-z0-9._@+-]{0,8}[a-z0-9]$/)
const piece = constantFrom(
  '# a comment\n',
  'http:\n  port: 80   # web\n',
  'limits: {memory: 1G}\n',
  'base_url:   /x/\n',
  '\n\n',
)
const list = (names: readonly string[], shape: number): string => {
  const quoted = names.map((word) => `"${word}"`)
  if (shape === 0) return `users:\n  allowed: [${quoted.join(' , ')}]\n`
  if (shape === 1) return `users:\n  allowed:\n${quoted.map((word) => `  -  ${word} # x\n`).join('')}`
  return shape === 2 ? 'users:\n' : ''
}

test('whatever the text, every old line stays and the names are added', () => {
  assert(
    property(
      uniqueArray(piece, { maxLength: 4 }),
      uniqueArray(name, { minLength: 1, maxLength: 4 }),
      array(name, { minLength: 1, maxLength: 4 }),
      constantFrom(0, 1, 2, 3),
      (...[before, old, added, shape]) => {
        const text = [...before, list(old, shape)].join('')
        const there = shape < 2 ? old : []
        const result = addToList(text, ['users', 'allowed'], added)
        expect(parse(result)).toEqual({
          ...(parse(text) as object),
          users: { allowed: [...new Set([...there, ...added])] },
        })
        const lines = new Set(result.split('\n'))
        const kept = text.split('\n').filter((line) => !line.includes('allowed: ['))
        expect(kept.filter((line) => !lines.has(line))).toEqual([])
      },
    ),
  )
})

describe('setValue', () => {
  const PORT = ['http', 'port']
  test.each([
    ['replaces a value', 'http:\n  port:   80   # web\n# end\n', 'http:\n  port:   8080   # web\n# end\n'],
    ['replaces a value in braces', 'http: {port: 80, address: ""}\n', 'http: {port: 8080, address: ""}\n'],
    ['replaces a quoted value', 'http:\n  port: "80"\n', 'http:\n  port: 8080\n'],
    ['adds a key', 'http:\n  address: 127.0.0.1\n', 'http:\n  address: 127.0.0.1\n  port: 8080\n'],
    ['adds a map', 'users:\n  admin: [ada]\n', 'users:\n  admin: [ada]\nhttp:\n  port: 8080\n'],
    ['fills a key without a value', 'http:\nusers:\n', 'http:\n  port: 8080\nusers:\n'],
    ['fills an empty file', '', 'http:\n  port: 8080\n'],
    ['fills its own key', 'http:\n  port:\n', 'http:\n  port: 8080\n'],
  ])('%s', (_, before, after) => {
    expect(setValue(before, PORT, 8080)).toBe(after)
    expect(setValue(after, PORT, 8080)).toBe(after)
  })

  test.each(['127.0.0.1', '', '80', 'a: b', true, null, 1.5])('sets %j as it is', (value) => {
    const text = setValue('http:\n  address: x\n', ['http', 'address'], value)
    expect(parse(text)).toEqual({ http: { address: value } })
  })
})
