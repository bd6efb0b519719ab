import { describe, expect, test } from 'vitest'

import { ConfigError } from '../../src/errors.ts'
import { parseRoster, parseRosterFile } from '../../src/people/roster.ts'
import type { Roster } from '../../src/people/roster.ts'

const parse = (text: string): Roster => parseRoster(text, 'class.csv')
/** As a command reads a file. */
const parseFile = (given: Uint8Array): Roster => parseRosterFile(Buffer.from(given).toString(), 'class.csv')
/** A roster without people, in bytes. */
const ofSize = (bytes: number): string => `name\n#${'x'.repeat(bytes - 7)}\n`

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)))

/** The messages of the refusal, a line each; fails when there is none. */
function refusal(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  throw new Error('was not refused')
}

describe('refused, with its line:', () => {
  test.each([
    ['nothing', '', '1: is empty: expected a header such as name,groups,role'],
    ['only comments', '#\n\n#\n', '1: is empty'],
    [
      'no header',
      'bob,a\ncarl,b\n',
      "1: name: expected a header with a column called name, found 'bob', 'a'",
    ],
    [
      'no names',
      '\nlogin,groups\nbob,a\n',
      "2: name: expected a header with a column called name, found 'login', 'groups'",
    ],
    ['a column twice', 'name,groups,x,group\nbob,a,,b\n', '1: groups: columns 2 and 4 are both this one'],
    ['a name with a space', 'name\nbob\nann b\n', "3: name: the name 'ann b' has a space"],
    ['a blank after a name', 'name,groups\nbob ,a\n', "2: name: the name 'bob ' has a space"],
    ['an empty name', 'name,groups\n,a\n', "2: name: the name '' is empty"],
    [
      'a hidden character',
      'name\nbo\u200Bb\n',
      String.raw`2: name: the name 'bo\u{200b}b' reads like`.slice(0, 30),
    ],
    ['an imitation', 'name\n\uFF42ob\n', "2: name: the name '\\u{ff42}ob' reads like `bob`"],
    ['an option', 'name\n-rf\n', "2: name: the name '-rf' does not begin"],
    ['a formula', 'name\n=1+1\n', "2: name: the name '=1+1' has ="],
    ['a second byte order mark', 'name\n\uFEFFbob\n', String.raw`2: name: the name '\u{feff}bob'`],
    ['a line break in a name', 'name,x\n"bob\nroot",1\n', String.raw`2: name: the name 'bob\u{a}root'`],
    ['a name twice', 'name\nbob\nann\nBOB\n', '4: name: bob stands in line 2 already'],
    [
      'a name twice after long cells',
      'name,x\nbob,"1\n2\n3"\nann,"4\n5"\nbob,\n',
      '7: name: bob stands in line 2 already',
    ],
    [
      'a group with capitals',
      'name,groups\nbob,Course\n',
      "2: groups: expected the name of a unix group: lower-case letters, digits, - and _; found 'Course'",
    ],
    ['a group like an option', 'name,groups\nbob,a;-b\n', "found '-b'"],
    ['a long group', `name,groups\nbob,${'a'.repeat(33)}\n`, 'expected the name of a unix group'],
    [
      'a group of the hub',
      'name,groups\nbob,jupyterhub-admins\n',
      "2: groups: expected another name: groups of the hub itself begin like this; found 'jupyterhub-admins'",
    ],
    ["a person's own group", 'name,groups\nbob,jupyter-ann\n', '2: groups: expected another name'],
    ['a group of our services', 'name,groups\nbob,tljh-hub\n', '2: groups: expected another name'],
    ['an owner', 'name,role\nbob,owner\n', '2: role: owners stand in config.yaml'],
    ['an admin', 'name,role\nbob,Admin\n', '2: role: owners stand in config.yaml'],
    [
      'another role',
      'name,role\nbob,root\n',
      "2: role: expected user, instructor, operator or nothing, found 'root'",
    ],
    [
      'an instructor of nothing',
      'name,groups,role\ntina,,instructor\n',
      '2: groups: expected at least one group',
    ],
    [
      'cells that the header has not',
      'name,groups\nbob,a,b\n',
      '2: has 3 cells where the header has 2; several groups',
    ],
    [
      'a quote that never ends',
      'name,x\nbob,"1\n2"\n# "\n\nann,x\n#"\n\ncarl,"y\ndave,z\n',
      '9: a cell here begins with a quote',
    ],
    ['a quote inside a cell', 'name,x\nbob,1\nann,5" disk\n', '3: a quote (") stands inside a cell'],
    ['text after a quote', 'name,x\r\nbob,"1"2\r\n', '2: text follows the quote'],
    ['a name after broken bytes', 'name\nb\uFFFDb\n', String.raw`2: name: the name 'b\u{fffd}b'`],
  ])('%s', (_, text, message) => {
    const shown = refusal(() => parse(text))
    expect(shown).toContain(message)
    expect(shown).toMatch(/^class\.csv:\d+: /)
    expect(shown).toMatch(/^[\u0020-\u007e…]*$/)
  })

  test('every problem at once', () => {
    const text = 'name,groups,role\nbob,A,boss\na b,c,instructor\nBob,,instructor\n"x"y,\n'
    const attempt = (): unknown => parse(text)
    expect(attempt).toThrow(ConfigError)
    expect(
      refusal(attempt)
        .split('\n')
        .map((line) => line.split(' ')[0] + (line.split(' ')[1] ?? '')),
    ).toEqual([
      'class.csv:2:groups:',
      'class.csv:2:role:',
      'class.csv:3:name:',
      'class.csv:4:groups:',
      'class.csv:4:name:',
      'class.csv:5:text',
    ])
  })

  test('a name three times, with its first line', () => {
    const shown = refusal(() => parse('name\nbob\nbob\nbob\n')).split('\n')
    expect(shown).toEqual([
      'class.csv:3: name: bob stands in line 2 already: take one of the two out',
      'class.csv:4: name: bob stands in line 2 already: take one of the two out',
    ])
  })

  test('problems have their column as key', () => {
    const problems = [expect.objectContaining({ file: 'class.csv', line: 2, key: 'role' })]
    expect(() => parse('name,role\nbob,boss\n')).toThrow(expect.objectContaining({ problems }))
  })

  test('more than 20000 rows', () => {
    const rows = Array.from({ length: 20_000 }, (_, at) => `u${at}\n`).join('')
    expect(parse(`name\n${rows}`)).toHaveLength(20_000)
    expect(refusal(() => parse(`name\n\n${rows}one-more\nA B\n`))).toBe(
      'class.csv:20003: has more than 20000 rows: split the file from here',
    )
  })

  test('more than 1 MB', () => {
    expect(parse(ofSize(1024 ** 2))).toEqual([])
    expect(refusal(() => parse(ofSize(1024 ** 2 + 1)))).toContain('class.csv: is larger than 1 MB')
    expect(refusal(() => parse(`name\n#${'ü'.repeat(600_000)}`))).toContain('is larger than 1 MB')
    expect(refusal(() => parseFile(Buffer.alloc(1024 ** 2 + 1, 'a')))).toContain('larger than 1 MB')
  })
})

describe('the bytes of a roster', () => {
  test.each([
    ['ASCII', bytes('name\nbob\n'), ['bob']],
    ['UTF-8 in columns of others', bytes('name,full\nbob,Büb \u{1F600}\n'), ['bob']],
    ['with a byte order mark', bytes([0xef, 0xbb, 0xbf], 'name\nbob\n'), ['bob']],
  ])('are text: %s', (_, given, names) => {
    expect(parseFile(given).map(({ name }) => name)).toEqual(names)
  })

  test.each([
    ['Latin-1', bytes('name\r\nbob\r\nb', [0xfc], 'b\r\n', [0xfc]), '3: is not UTF-8'],
    ['a character cut off by the end of a line', bytes('name\nb', [0xc3], '\nb\n'), '2: is not UTF-8'],
    ['a character cut off by the end', bytes('name\nb\rc\nb', [0xf0, 0x9f, 0x98]), '4: is not UTF-8'],
    ['a surrogate', bytes('name\n', [0xed, 0xa0, 0x80]), '2: is not UTF-8'],
    ['an overlong slash', bytes([0xc0, 0xaf]), '1: is not UTF-8'],
    ['zero', bytes('name\nbob\n\nb\0b\n'), '4: holds a byte of zero'],
    [
      'UTF-16',
      Buffer.from('\uFEFFname\nbob\n', 'utf16le'),
      '1: holds a byte of zero: save the file as "CSV UTF-8"',
    ],
  ])('are refused: %s', (_, given, message) => {
    expect(refusal(() => parseFile(given))).toContain(`class.csv:${message}`)
  })
})
