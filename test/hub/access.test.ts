import { describe, expect, test } from 'vitest'

import { access } from '../../src/hub/access.ts'
import type { Access } from '../../src/people/access.ts'
import { parseRoster, type Roster } from '../../src/people/roster.ts'
import { config } from '../support/server.ts'

const users = (lines: string) => config(`users:\n${lines}`)
const roster = (...lines: string[]): Roster => parseRoster(`name,groups,role\n${lines.join('\n')}\n`, 'a.csv')
const role = (is: Access['role'], groups: string[] = [], teaches: string[] = []): Access => ({
  role: is,
  groups,
  teaches,
})
const user = (...groups: string[]): Access => role('user', groups)

describe('access by config.yaml', () => {
  test.each<[string, string, Record<string, Access>]>([
    ['nobody', '  admin: []\n', {}],
    ['an administrator', '  admin: [ada]\n', { ada: role('owner') }],
    ['somebody else', '  allowed: [bob]\n', { bob: user() }],
    ['both at once', '  admin: [ada]\n  allowed: [ada, bob]\n', { ada: role('owner'), bob: user() }],
    ['twice the same', '  allowed: [bob, bob]\n', { bob: user() }],
    ['an operator', '  operators: [olga]\n', { olga: role('operator') }],
    [
      'an instructor, who is in the group',
      '  instructors: {course: [tina]}\n',
      { tina: role('instructor', ['course'], ['course']) },
    ],
    [
      'an instructor of two groups, in the order of the alphabet',
      '  instructors: {lab: [tina], course: [tina]}\n',
      { tina: role('instructor', ['course', 'lab'], ['course', 'lab']) },
    ],
    [
      'an operator who teaches',
      '  operators: [olga]\n  instructors: {course: [olga]}\n',
      { olga: role('operator', ['course'], ['course']) },
    ],
    [
      'an owner who is everything',
      '  admin: [ada]\n  operators: [ada]\n  instructors: {course: [ada]}\n  allowed: [ada]\n',
      { ada: role('owner', ['course'], ['course']) },
    ],
    ['a banned administrator', '  admin: [ada, eve]\n  banned: [eve]\n', { ada: role('owner') }],
    ['a banned person', '  allowed: [eve]\n  banned: [eve]\n', {}],
    ['a banned operator', '  operators: [eve]\n  banned: [eve]\n', {}],
    ['a banned instructor', '  instructors: {course: [eve]}\n  banned: [eve]\n', {}],
    [
      'members of groups',
      '  allowed: [bob]\n  extra_user_groups: {lab: [bob], course: [bob], empty: []}\n',
      { bob: user('course', 'lab') },
    ],
    [
      'a member who is an instructor too',
      '  instructors: {course: [tina]}\n  extra_user_groups: {course: [tina], lab: [tina]}\n',
      { tina: role('instructor', ['course', 'lab'], ['course']) },
    ],
    ['a member of a group who may not log in', '  extra_user_groups: {course: [bob]}\n', {}],
    ['a name that JavaScript knows', '  allowed: [constructor]\n', { constructor: user() }],
  ])('%s', (_, lines, people) => {
    expect([...access(users(lines), [])]).toEqual(Object.entries(people))
  })
})

describe('access by rosters', () => {
  const none = users('  admin: []\n')

  test('lets everybody in who is in one, with the groups of the row', () => {
    expect(access(none, [roster('bob,course,', 'ann,,')])).toEqual(
      new Map([
        ['ann', user()],
        ['bob', user('course')],
      ]),
    )
  })

  test('makes instructors of the groups of their row, and operators of those who are called so', () => {
    const rows = roster('tina,course;lab,instructor', 'olga,lab,operator')
    expect(access(none, [rows])).toEqual(
      new Map([
        ['olga', role('operator', ['lab'])],
        ['tina', role('instructor', ['course', 'lab'], ['course', 'lab'])],
      ]),
    )
  })

  test('puts several together: all groups, the highest role, and teaching only where it says so', () => {
    const rosters = [
      roster('tina,course-a,instructor', 'bob,course-a,'),
      roster('tina,course-b,user', 'bob,course-b,'),
      roster('bob,,operator'),
    ]
    expect(access(none, rosters)).toEqual(
      new Map([
        ['bob', role('operator', ['course-a', 'course-b'])],
        ['tina', role('instructor', ['course-a', 'course-b'], ['course-a'])],
      ]),
    )
  })

  test('and config.yaml add up; the order makes no difference', () => {
    const both = users('  admin: [bob]\n  instructors: {lab: [tina]}\n  extra_user_groups: {beta: [tina]}\n')
    const rosters = [roster('bob,course,instructor'), roster('tina,course,')]
    const expected = new Map([
      ['bob', role('owner', ['course'], ['course'])],
      ['tina', role('instructor', ['beta', 'course', 'lab'], ['lab'])],
    ])
    expect(access(both, rosters)).toEqual(expected)
    expect(access(both, rosters.toReversed())).toEqual(expected)
  })

  test('do not let in whom config.yaml bans, as whatever', () => {
    const banned = users('  admin: [ada]\n  banned: [eve, olga, tina]\n')
    const rows = roster('eve,course,', 'olga,,operator', 'tina,course,instructor')
    expect([...access(banned, [rows]).keys()]).toEqual(['ada'])
  })

  test('never make an owner', () => {
    expect(() => roster('eve,,owner')).toThrow('owners stand in config.yaml')
    expect(() => roster('eve,,admin')).toThrow('owners stand in config.yaml')
  })
})
