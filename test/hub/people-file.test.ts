import { describe, expect, test } from 'vitest'

import type { KnownPerson } from '../../src/hub/inputs.ts'
import { limitsFor } from '../../src/hub/limits.ts'
import { peopleFile } from '../../src/hub/policy.ts'
import { hubSettings } from '../../src/hub/settings.ts'
import { config, inputs, knownBy, MACHINE, person } from '../support/server.ts'
import { known, LOCK, PEOPLE, USER } from './people-scene.ts'

const read = (people: readonly KnownPerson[]): unknown => JSON.parse(peopleFile(inputs(people)).text)

describe('peopleFile', () => {
  test('has everybody of the ledger, by name', () => {
    expect(read(PEOPLE)).toEqual({
      version: 1,
      people: {
        ada: { role: 'owner', groups: [], teaches: [], locked: false, lifted: 0 },
        bob: { role: 'user', groups: ['course'], teaches: [], locked: false, lifted: 0 },
        eve: { role: 'user', groups: [], teaches: [], locked: true, lifted: 0 },
        left: { role: 'user', groups: [], teaches: [], locked: true, lifted: 0 },
        locked: { role: 'user', groups: ['course'], teaches: [], locked: true, lifted: 0 },
        olga: { role: 'operator', groups: [], teaches: [], locked: false, lifted: 0 },
        tina: { role: 'instructor', groups: ['course'], teaches: ['course'], locked: false, lifted: 0 },
      },
    })
    expect(peopleFile(inputs(PEOPLE)).text).toMatch(/^\{"version":1,"people":\{"ada":.*\}\}\n$/)
  })

  test('is for root and the hub alone, and never shown', () => {
    expect(peopleFile(inputs(PEOPLE))).toMatchObject({
      path: '/opt/tljh/hub-config/people.json',
      mode: 0o640,
      owner: 'root',
      group: 'tljh-hub',
      secret: true,
    })
  })

  test('has nobody in where the ledger has nobody', () => {
    expect(read([])).toEqual({ version: 1, people: {} })
  })

  test.each<[string, KnownPerson, object]>([
    ['gone', known({ state: 'gone' }, USER), { locked: true }],
    ['forgiven', known({ lifted: 1_795_000_000_123 }, USER), { locked: false, lifted: 1_795_000_000_123 }],
    ['locked, and an owner still', known({ lock: LOCK }, { ...USER, role: 'owner' }), { locked: true }],
  ])('somebody who is %s', (_, one, expected) => {
    expect(read([one])).toEqual({ version: 1, people: { zoe: expect.objectContaining(expected) } })
  })

  test('says nothing of accounts, reasons and passwords', () => {
    const { text } = peopleFile(inputs([known({ lock: { ...LOCK, reason: 'hunter2' } }, USER)]))
    expect(text).not.toMatch(/hunter2|jupyter-|uid|20000/)
  })

  test('a name that JavaScript knows is a name', () => {
    const one = { person: person('constructor'), access: USER }
    expect(read([one])).toEqual({ version: 1, people: { constructor: expect.objectContaining(USER) } })
  })
})

const settings = (text: string, names: readonly string[] = ['ada', 'bob']): Record<string, unknown> => {
  const decided = config(text)
  const file = hubSettings(decided, inputs(knownBy(decided, names)), limitsFor(decided, MACHINE))
  return JSON.parse(file.text) as Record<string, unknown>
}

describe('hubSettings', () => {
  test('with passwords do not change with the people, so that nobody restarts the hub by coming', () => {
    const one = settings('users: {admin: [ada], allowed: [bob]}\n')
    expect(one).toEqual(settings('users: {admin: [ada], allowed: [bob, carol]}\n', ['ada', 'bob', 'carol']))
    expect(one).toEqual(settings('users: {admin: [ada, bob], operators: [carol]}\n', ['ada', 'bob', 'carol']))
    expect(one).toMatchObject({
      people: '/opt/tljh/hub-config/people.json',
      admin_users: [],
      allowed_users: [],
      taught_groups: [],
      auth: { type: 'password', traits: {} },
    })
  })

  test('name the groups that are taught, each of which is a role of the hub', () => {
    const text = 'users: {instructors: {lab: [bob], course: [bob], empty: []}}\n'
    expect(settings(text)).toMatchObject({ taught_groups: ['course', 'lab'] })
  })

  test('with another login name everybody who may log in', () => {
    const text =
      'users: {admin: [ada], allowed: [bob], banned: [bob], instructors: {lab: [ada]}}\nauth: {type: a.B, B: {x: 1}}\n'
    expect(settings(text)).toMatchObject({
      admin_users: ['ada'],
      allowed_users: ['ada'],
      taught_groups: [],
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
