import { array, assert, constantFrom, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { checkRoster } from '../../src/cli/roster-rights.ts'
import type { RosterRequest } from '../../src/cli/roster-rights.ts'
import { DeniedError } from '../../src/errors.ts'

const olga = { kind: 'person', name: 'olga', role: 'operator', teaches: [] } as const
const ROLES = new Map([
  ['boss', 'owner'],
  ['olga', 'operator'],
  ['ivan', 'instructor'],
  ['ada', 'user'],
] as const)
const SYSTEM = new Set(['site', 'research'])
const CONFIG = new Set(['course-a', 'course-b'])

const row = (name: string, groups: string[] = [], role = 'user') => ({ name, groups, role })
const request = (after: RosterRequest['after'], before: RosterRequest['before'] = []): RosterRequest => ({
  before,
  after,
  configGroups: CONFIG,
  systemGroups: (group) => SYSTEM.has(group),
  role: (name) => new Map<string, 'owner' | 'operator' | 'instructor' | 'user'>(ROLES).get(name),
})

describe('an operator', () => {
  test.each([
    [[]],
    [[row('ada'), row('eve')]],
    [[row('ada', ['course-x', 'year_2026'])]],
    [[row('constructor', ['constructor'])]],
  ])('may apply %j', (rows) => {
    expect(() => checkRoster(olga, request(rows))).not.toThrow()
    expect(() => checkRoster(olga, request([], rows))).not.toThrow()
  })

  test.each([
    row('ada', [], 'operator'),
    row('ada', [], 'instructor'),
    row('ada', [], 'owner'),
    row('ada', [], 'USER'),
    row('ada', [], ''),
    row('boss'),
    row('BOSS'),
    row('olga'),
    row('ivan', ['course-x']),
    row('ada\nboss'),
    row(''),
    ...['course-a', 'course-b', 'site', 'research'].map((group) => row('ada', [group])),
    ...['sudo', 'docker', 'lxd', 'root', 'adm', 'wheel', 'systemd-journal', '_ssh', 'www-data'].map((group) =>
      row('ada', [group]),
    ),
    ...['jupyterhub-admins', 'jupyterhub-operators', 'tljh-sock', 'jupyter-boss'].map((group) =>
      row('ada', [group]),
    ),
    ...['', 'SUDO', '0', '-G', 'a b', 'course-x\n', 'course-x,sudo'].map((group) => row('ada', [group])),
    row('ada', ['course-x', 'sudo']),
  ])('may not apply $name, $groups, $role, nor take it away', (bad) => {
    expect(() => checkRoster(olga, request([row('eve'), bad]))).toThrow(DeniedError)
    expect(() => checkRoster(olga, request([row('eve')], [bad]))).toThrow(DeniedError)
  })

  test('is told what is wrong and who can', () => {
    expect(() => checkRoster(olga, request([row('eve', ['site'])]))).toThrow(
      new DeniedError(
        "olga may not apply a roster with the group 'site', which is config.yaml's or the system's; an owner of this hub can",
      ),
    )
    expect(() => checkRoster(olga, request([row('boss')]))).toThrow(
      new DeniedError(
        'olga may not apply a roster in which boss is or was more than a user; an owner of this hub can',
      ),
    )
  })
})

test.each(['instructor', 'user', 'locked'] as const)('%s: not even an empty one', (role) => {
  expect(() => checkRoster({ ...olga, role, teaches: ['course-x'] }, request([]))).toThrow(DeniedError)
})

test('root and owners: any', () => {
  const any = request([row('boss', ['sudo', 'course-a'], 'operator')])
  expect(() => checkRoster({ kind: 'root' }, any)).not.toThrow()
  expect(() => checkRoster({ ...olga, role: 'owner' }, any)).not.toThrow()
})

function passes(asked: RosterRequest): boolean {
  try {
    checkRoster(olga, asked)
    return true
  } catch (error) {
    if (error instanceof DeniedError) return false
    throw error
  }
}

test('whatever it holds: one that passes has users only, in groups of nobody', () => {
  const rows = array(
    record({
      name: constantFrom(...ROLES.keys(), 'eve', 'ADA', 'Boss', ''),
      groups: array(constantFrom('course-x', 'course-y', 'course-a', 'site', 'sudo'), { maxLength: 2 }),
      role: constantFrom('user', 'user', 'user', 'instructor', 'operator'),
    }),
    { maxLength: 3 },
  )
  assert(
    property(rows, rows, (before, after) => {
      if (!passes(request(after, before))) return true
      return [...before, ...after].every(
        ({ name, groups, role }) =>
          ['ada', 'eve', 'ADA'].includes(name) &&
          role === 'user' &&
          groups.every((group) => ['course-x', 'course-y'].includes(group)),
      )
    }),
    { numRuns: 2000 },
  )
})
