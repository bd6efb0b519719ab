import { describe, expect, test } from 'vitest'

import { type Access, formatAccess, HUB_GROUPS, needsSudo, unixGroups } from '../../src/people/access.ts'

const access = (role: Access['role'], groups: string[] = [], teaches: string[] = []): Access => ({
  role,
  groups,
  teaches,
})

describe('unixGroups', () => {
  test.each<[string, Access, string[]]>([
    ['a user', access('user'), ['jupyterhub-users']],
    ['a user with groups', access('user', ['course', 'lab']), ['jupyterhub-users', 'course', 'lab']],
    ['an owner', access('owner'), ['jupyterhub-users', 'jupyterhub-admins']],
    ['an operator', access('operator'), ['jupyterhub-users', 'jupyterhub-operators']],
    [
      'an instructor',
      access('instructor', ['course'], ['course']),
      ['jupyterhub-users', 'jupyterhub-instructors', 'course'],
    ],
    [
      'an operator who teaches',
      access('operator', ['course'], ['course']),
      ['jupyterhub-users', 'jupyterhub-operators', 'jupyterhub-instructors', 'course'],
    ],
    [
      'an owner who teaches',
      access('owner', ['course'], ['course']),
      ['jupyterhub-users', 'jupyterhub-admins', 'jupyterhub-instructors', 'course'],
    ],
    ['somebody with a group twice', access('user', ['lab', 'lab']), ['jupyterhub-users', 'lab']],
  ])('of %s', (_, given, groups) => {
    expect(unixGroups(given)).toEqual(groups)
  })

  test('never gives a group of root, and of ours only those that are known', () => {
    for (const role of ['owner', 'operator', 'instructor', 'user'] as const) {
      const ours = unixGroups(access(role, [], ['course']))
      expect(ours.filter((group) => !HUB_GROUPS.some((known) => known === group))).toEqual([])
    }
  })
})

test.each([
  ['owner', true],
  ['operator', true],
  ['instructor', true],
  ['user', false],
] as const)('needsSudo of an %s is %s', (role, needed) => {
  expect(needsSudo(access(role))).toBe(needed)
})

test('formatAccess gives the same text for the same access, whatever else is in it', () => {
  const turned = { teaches: ['a'], surprise: 1, groups: ['a', 'b'], role: 'instructor' } as Access
  expect(formatAccess(turned)).toBe('{"role":"instructor","groups":["a","b"],"teaches":["a"]}')
})
