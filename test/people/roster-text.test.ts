import {
  array,
  assert,
  boolean,
  constantFrom,
  property,
  record,
  string,
  stringMatching,
  uniqueArray,
} from 'fast-check'
import { describe, expect, test } from 'vitest'

import { BugError, ConfigError } from '../../src/errors.ts'
import { diffRosters, formatRoster, parseRoster } from '../../src/people/roster.ts'
import type { Roster, RosterRow } from '../../src/people/roster.ts'

const parse = (text: string): Roster => parseRoster(text, 'class.csv')
const user = (name: string, ...groups: string[]): RosterRow => ({ name, groups, role: 'user' })

const TWO: Roster = [user('bob', 'a', 'b'), { name: 'tina', groups: ['a'], role: 'instructor' }]

const NAME = /^[a-z0-9](?:[a-z0-9._@+-]{0,20}[a-z0-9])?$/
const names = stringMatching(NAME).filter((name) => !name.includes('..'))
const groups = uniqueArray(
  stringMatching(/^[a-z_][a-z0-9_-]{0,31}$/).filter((group) => !/^(?:tljh|jupyter|jupyterhub)-/.test(group)),
  { maxLength: 4 },
).map((found) => found.toSorted())
const rows = record({
  name: names,
  groups,
  role: constantFrom<RosterRow['role'][]>('user', 'instructor', 'operator'),
})
const rosters = uniqueArray(
  rows.filter(({ groups: taught, role }) => role !== 'instructor' || taught.length > 0),
  { selector: ({ name }) => name },
).map((found): Roster => found.toSorted((a, b) => (a.name < b.name ? -1 : 1)))

const inQuotes = (text: string): string => `"${text.replaceAll('"', '""')}"`

/** Nobody where the text is refused; fails for every other error. */
function parseOrNone(text: string): Roster {
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof ConfigError) return []
    throw error
  }
}

describe('the text of a roster', () => {
  test('is sorted', () => {
    const turned = [TWO[1], user('bob', 'b', 'a')] as Roster
    expect(formatRoster(turned)).toBe('name,groups,role\nbob,a;b,user\ntina,a,instructor\n')
    expect(formatRoster([])).toBe('name,groups,role\n')
  })

  test('gives the roster back', () => {
    assert(
      property(rosters, (roster) => {
        expect(parse(formatRoster(roster))).toEqual(roster)
      }),
    )
  })

  test('gives it back from what a spreadsheet makes of it', () => {
    const save = record({
      separator: constantFrom(',', ';', '\t'),
      end: constantFrom('\n', '\r\n', '\r'),
      quotes: boolean(),
      mark: constantFrom('', '\uFEFF'),
      note: string({ unit: 'binary' }),
    })
    assert(
      property(rosters, save, (roster, { separator, end, quotes, mark, note }) => {
        const cell = (text: string): string => (quotes || text.includes(separator) ? inQuotes(text) : text)
        const line = (...cells: string[]): string =>
          [inQuotes(note), ...cells.map(cell)].join(separator) + end
        const lines = roster.map((row) => line(row.role, row.name.toUpperCase(), row.groups.join(';')))
        const heading = ['x', ...['Role', 'Name', 'Groups'].map(cell)].join(separator) + end
        expect(parse(mark + heading + lines.join(''))).toEqual(roster)
      }),
    )
  })

  test('holds no formula and nothing but ASCII, whatever was read', () => {
    const cells = array(string({ unit: constantFrom(...Array.from('abB0=+-@;, \t\r\n"#.\u0000\u200Bé')) }))
    const texts = cells.map((found) => `name,groups,role\n${found.join('\n')}`)
    assert(
      property(texts, (text) => {
        const roster = parseOrNone(text)
        const written = formatRoster(roster)
        expect(written).toMatch(/^[\u0020-\u007e\n]*$/)
        expect(written.split(/[\n,;]/).filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([])
        expect(parse(written)).toEqual(roster)
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    user('=1+1'),
    user('Bob'),
    user('bob\nroot'),
    user('bob', 'a,b'),
    user('bob', 'tljh-hub'),
    { name: 'bob', groups: [], role: 'instructor' } as const,
  ])('of %j is a bug of the caller', (row) => {
    expect(() => formatRoster([row])).toThrow(BugError)
  })
})

describe('the difference', () => {
  test('is who comes, who changes and who leaves', () => {
    const before = [user('ann', 'a'), user('bob', 'a'), user('carl', 'a'), user('dave')]
    const after = [
      user('ann', 'a'),
      user('bob', 'a', 'b'),
      { ...user('carl', 'a'), role: 'operator' } as const,
      user('eve'),
    ]
    expect(diffRosters(before, after)).toEqual({
      added: [user('eve')],
      changed: [
        { before: before[1], after: after[1] },
        { before: before[2], after: after[2] },
      ],
      left: [user('dave')],
    })
  })

  test('of a roster and itself is nothing, and turned round is the reverse', () => {
    const none = { added: [], changed: [], left: [] }
    assert(
      property(rosters, rosters, (before, after) => {
        expect(diffRosters(before, parse(formatRoster(before)))).toEqual(none)
        const { added, changed, left } = diffRosters(before, after)
        const back = diffRosters(after, before)
        expect(back.added).toEqual(left)
        expect(back.left).toEqual(added)
        expect(back.changed).toEqual(changed.map((one) => ({ before: one.after, after: one.before })))
        const gone = new Set(left.map(({ name }) => name))
        const put = new Map(changed.map((one) => [one.after.name, one.after]))
        const kept = before.filter(({ name }) => !gone.has(name)).map((row) => put.get(row.name) ?? row)
        expect(formatRoster([...kept, ...added])).toBe(formatRoster(after))
      }),
    )
  })
})
