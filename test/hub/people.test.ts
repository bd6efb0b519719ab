import { describe, expect, test } from 'vitest'

import { groups } from '../../src/hub/accounts.ts'
import { limitsFor } from '../../src/hub/limits.ts'
import { access, policyFile } from '../../src/hub/policy.ts'
import { hubSettings } from '../../src/hub/settings.ts'
import { parsePolicy } from '../../src/people/policy.ts'
import { config, inputs, MACHINE } from '../support/server.ts'

const users = (lines: string) => config(`users:\n${lines}`)
const admin = (...extra: string[]) => ({ admin: true, groups: extra })
const user = (...extra: string[]) => ({ admin: false, groups: extra })

describe('access', () => {
  test.each<[string, string, Record<string, unknown>]>([
    ['nobody', '  admin: []\n', {}],
    ['an administrator', '  admin: [ada]\n', { ada: admin() }],
    ['somebody else', '  allowed: [bob]\n', { bob: user() }],
    ['both at once', '  admin: [ada]\n  allowed: [ada, bob]\n', { ada: admin(), bob: user() }],
    ['twice the same', '  allowed: [bob, bob]\n', { bob: user() }],
    ['a banned administrator', '  admin: [ada, eve]\n  banned: [eve]\n', { ada: admin() }],
    ['a banned person', '  allowed: [eve]\n  banned: [eve]\n', {}],
    [
      'members of groups',
      '  allowed: [bob]\n  extra_user_groups: {course: [bob], lab: [bob], empty: []}\n',
      { bob: user('course', 'lab') },
    ],
    ['a member of a group who may not log in', '  extra_user_groups: {course: [bob]}\n', {}],
    ['a name that JavaScript knows', '  allowed: [constructor]\n', { constructor: user() }],
  ])('%s', (_, lines, people) => {
    expect([...access(users(lines))]).toEqual(Object.entries(people))
  })
})

const LINES =
  '  admin: [ada]\n  allowed: [bob, new]\n  banned: [eve]\n  extra_user_groups: {course: [bob, eve]}\n'
const PEOPLE = ['ada', 'bob', 'eve', 'gone'].map((name) => ({ name, unix: `jupyter-${name}` }))

describe('groups', () => {
  test('have the people that the config gives them, as far as the ledger knows them', () => {
    const members = groups(users(LINES), inputs(PEOPLE)).map((group) => [group.name, group.members])
    expect(members).toEqual([
      ['tljh-sock', ['tljh-hub', 'tljh-proxy']],
      ['jupyterhub-users', ['jupyter-ada', 'jupyter-bob']],
      ['jupyterhub-admins', ['jupyter-ada']],
      ['course', ['jupyter-bob']],
    ])
  })

  test('that the config no longer names are emptied of our people', () => {
    const former = { ...inputs(PEOPLE), formerGroups: ['lab', 'course'] }
    const found = groups(users(LINES), former).map(({ name, members }) => [name, members.length])
    expect(found.slice(3)).toEqual([
      ['course', 1],
      ['lab', 0],
    ])
  })

  test('of people keep members that are none of ours; the one of the sockets does not', () => {
    const [sockets, ...people] = groups(users(LINES), inputs(PEOPLE))
    expect(sockets?.ours('backup')).toBe(true)
    expect(people.map(({ ours }) => [ours('backup'), ours('jupyter-eve')])).toEqual(
      people.map(() => [false, true]),
    )
  })
})

describe('policyFile', () => {
  test('is what the helper reads', () => {
    const file = policyFile(users(LINES), limitsFor(users(LINES), MACHINE))
    expect(parsePolicy(file.text)).toEqual({
      version: 1,
      people: new Map([
        ['ada', admin()],
        ['bob', user('course')],
        ['new', user()],
      ]),
      managedGroups: ['course'],
      limits: { MemoryMax: '566935683', CPUQuota: '', TasksMax: '512' },
      homes: '/home',
      shell: '/bin/bash',
      uidMin: 20_000,
      uidMax: 59_999,
    })
    expect(file).toMatchObject({ mode: 0o600, owner: 'root', group: 'root' })
  })
})

const settings = (text: string): Record<string, unknown> =>
  JSON.parse(hubSettings(config(text), limitsFor(config(text), MACHINE)).text) as Record<string, unknown>

describe('hubSettings', () => {
  test('with passwords do not change with the people, so that nobody restarts the hub by coming', () => {
    const one = settings('users: {admin: [ada], allowed: [bob]}\n')
    expect(one).toEqual(settings('users: {admin: [ada], allowed: [bob, carol]}\n'))
    expect(one).toMatchObject({
      admin_users: ['ada'],
      allowed_users: [],
      auth: { type: 'password', traits: {} },
    })
  })

  test('with another login name everybody who may log in', () => {
    const text = 'users: {admin: [ada], allowed: [bob], banned: [bob]}\nauth: {type: a.B, B: {x: 1}}\n'
    expect(settings(text)).toMatchObject({
      admin_users: ['ada'],
      allowed_users: ['ada'],
      auth: { type: 'a.B', traits: { B: { x: 1 } } },
    })
  })

  test.each([
    ['jupyterlab', '/lab'],
    ['classic', '/tree'],
  ])('%s opens at %s', (app, url) => {
    expect(settings(`user_environment: {default_app: ${app}}\n`)).toMatchObject({ default_url: url })
  })
})
