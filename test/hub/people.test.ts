import { describe, expect, test } from 'vitest'

import { allowedServers, groups, peopleAccounts } from '../../src/hub/accounts.ts'
import { limitsFor } from '../../src/hub/limits.ts'
import { policyFile } from '../../src/hub/policy.ts'
import type { Person } from '../../src/people/ledger.ts'
import { parsePolicy } from '../../src/people/policy.ts'
import { config, inputs, knownBy, MACHINE } from '../support/server.ts'
import { known, LINES, PEOPLE, USER, users } from './people-scene.ts'

describe('groups', () => {
  test('have the people whom the config gives them; whoever is locked or may not log in is in none', () => {
    const members = groups(users(LINES), inputs(PEOPLE)).map((group) => [group.name, group.members])
    expect(members).toEqual([
      ['tljh-sock', ['tljh-hub', 'tljh-proxy']],
      ['jupyterhub-users', ['jupyter-ada', 'jupyter-bob', 'jupyter-olga', 'jupyter-tina']],
      ['jupyterhub-admins', ['jupyter-ada']],
      ['jupyterhub-operators', ['jupyter-olga']],
      ['jupyterhub-instructors', ['jupyter-tina']],
      ['course', ['jupyter-bob', 'jupyter-tina']],
      ['spare', []],
    ])
  })

  test('that the config no longer names are emptied of our people', () => {
    const former = { ...inputs(PEOPLE), formerGroups: ['lab', 'course'] }
    const found = groups(users(LINES), former).map(({ name, members }) => [name, members.length])
    expect(found.slice(5)).toEqual([
      ['course', 2],
      ['spare', 0],
      ['lab', 0],
    ])
  })

  test('of rosters are made too, though config.yaml does not name them', () => {
    const found = groups(users('  admin: []\n'), inputs([known({}, { ...USER, groups: ['by-roster'] })]))
    expect(found.at(-1)).toMatchObject({ name: 'by-roster', members: ['jupyter-zoe'] })
  })

  test('of people get numbers of people, the hub’s own those of the system', () => {
    const found = groups(users(`${LINES}  uid_min: 30000\n  uid_max: 40000\n`), inputs(PEOPLE))
    expect(found.filter(({ gids }) => gids !== undefined).map(({ name }) => name)).toEqual([
      'course',
      'spare',
    ])
    expect(found.at(-1)?.gids).toEqual({ min: 30_000, max: 40_000 })
  })

  test('of people keep members that are none of ours; the one of the sockets does not', () => {
    const adopted = known({ unixName: 'zoe', adopted: true }, USER)
    const [sockets, ...people] = groups(users(LINES), inputs([...PEOPLE, adopted]))
    expect(sockets?.ours('backup')).toBe(true)
    const asked = ['backup', 'jupyter-eve', 'jupyter-of-nobody', 'zoe']
    expect(people.map(({ ours }) => asked.map(ours))).toEqual(people.map(() => [false, true, true, true]))
  })
})

describe('peopleAccounts', () => {
  test('are wanted of everybody in the ledger, locked ones too', () => {
    const { people, ...rest } = peopleAccounts(users(LINES), inputs(PEOPLE))
    expect(rest).toEqual({ kind: 'accounts', name: 'people', homes: '/home', mount: false })
    expect(people.map(({ name, locked }) => [name, locked])).toEqual([
      ['jupyter-ada', false],
      ['jupyter-bob', false],
      ['jupyter-eve', true],
      ['jupyter-left', true],
      ['jupyter-locked', true],
      ['jupyter-olga', false],
      ['jupyter-tina', false],
    ])
    expect(people[1]).toEqual({
      name: 'jupyter-bob',
      uid: 20_001,
      gid: 20_001,
      home: '/home/jupyter-bob',
      own: true,
      slug: 'bob',
      shell: '/bin/bash',
      shellAsked: false,
      fresh: false,
      locked: false,
    })
  })

  test.each<[string, Partial<Person>, object]>([
    ['a new one', { state: 'new' }, { fresh: true }],
    ['one with a shell of its own', { shell: '/bin/zsh' }, { shell: '/bin/zsh', shellAsked: true }],
    [
      'one that was adopted',
      { adopted: true, unixName: 'zoe', gid: 100, home: '/srv/zoe' },
      { own: false, name: 'zoe', gid: 100, home: '/srv/zoe' },
    ],
    [
      'one whose home lies where homes were before',
      { home: '/old/jupyter-zoe' },
      { home: '/old/jupyter-zoe' },
    ],
  ])('%s', (_, row, expected) => {
    const { people } = peopleAccounts(users(LINES), inputs([known(row, USER)]))
    expect(people).toEqual([expect.objectContaining(expected)])
  })

  test('leave alone who was taken off the machine', () => {
    expect(peopleAccounts(users(LINES), inputs([known({ state: 'gone' })])).people).toEqual([])
  })

  test('know where homes lie', () => {
    const elsewhere = config('homes: {path: /srv/homes, mount: true}\n')
    expect(peopleAccounts(elsewhere, inputs())).toMatchObject({ homes: '/srv/homes', mount: true })
  })
})

describe('allowedServers', () => {
  test('are those of people who may log in, with sudo for those who have a role', () => {
    const gone = known({ state: 'gone' }, USER)
    expect(allowedServers(inputs([...PEOPLE, gone])).allowed).toEqual([
      { template: 'jupyter', slugs: new Set(['ada', 'bob', 'olga', 'tina']) },
      { template: 'jupyter-admin', slugs: new Set(['ada', 'olga', 'tina']) },
    ])
  })
})

/** The policy for two people of the ledger. */
function policyText(lines: string): string {
  const decided = users(lines)
  return policyFile(decided, inputs(knownBy(decided, ['bob', 'zoe'])), limitsFor(decided, MACHINE)).text
}

describe('policyFile', () => {
  test('is what the helper reads', () => {
    const file = policyFile(users(LINES), inputs(PEOPLE), limitsFor(users(LINES), MACHINE))
    expect(parsePolicy(file.text)).toEqual({
      version: 2,
      managedGroups: ['course', 'spare'],
      limits: { MemoryMax: '566935683', CPUQuota: '', TasksMax: '512' },
      homes: '/home',
      mount: false,
      shell: '/bin/bash',
      uidMin: 20_000,
      uidMax: 59_999,
    })
    expect(file).toMatchObject({ mode: 0o600, owner: 'root', group: 'root' })
  })

  test('does not change with people who come into groups that are there', () => {
    expect(policyText('  allowed: [bob, zoe]\n  extra_user_groups: {course: [bob, zoe]}\n')).toBe(
      policyText('  allowed: [bob]\n  extra_user_groups: {course: [bob]}\n'),
    )
  })
})
