import { describe, expect, test } from 'vitest'

import { membersOf } from '../../src/host/account-files.ts'
import { group } from '../../src/resources/group.ts'
import type { Group } from '../../src/resources/group.ts'
import { FakeHost } from '../support/fake-host.ts'
import { testPlan } from '../support/plan-rows.ts'

/** The end of /etc/group on Debian 12 after an installation. */
const BOOKWORM = `tljh-hub:x:996:
tljh-sock:x:994:tljh-hub,tljh-proxy
jupyterhub-users:x:993:
jupyterhub-admins:x:992:
`
const WANT: Group = {
  kind: 'group',
  name: 'course',
  members: ['jupyter-ada', 'jupyter-bob'],
  ours: (name) => name.startsWith('jupyter-'),
}
const both = new Set(WANT.members)

describe('membersOf', () => {
  test.each([
    ['tljh-sock', ['tljh-hub', 'tljh-proxy']],
    ['jupyterhub-users', []],
    ['jupyterhub', undefined],
    ['sock', undefined],
  ])('reads %s', (name, members) => {
    expect(membersOf(BOOKWORM, name)).toEqual(members)
  })
})

describe('group', () => {
  test('observes who is in it, and which of the wanted have an account', async () => {
    const passwd = 'root:x:0:0::/root:/bin/sh\njupyter-ada:x:20000:20000::/home/jupyter-ada:/bin/bash\n'
    const host = new FakeHost({ '/etc/group': 'course:x:991:jupyter-eve\n', '/etc/passwd': passwd })
    expect(await group.observe(host, WANT)).toEqual({
      members: ['jupyter-eve'],
      accounts: new Set(['jupyter-ada']),
    })
    expect(await group.observe(host, { ...WANT, name: 'lab' })).toMatchObject({ members: undefined })
  })

  testPlan(group, WANT, [
    { name: 'settled', have: { members: ['jupyter-ada', 'jupyter-bob'], accounts: both }, steps: [] },
    {
      name: 'absent',
      have: { members: undefined, accounts: both },
      steps: [
        'groupadd --system -- course',
        'gpasswd --add jupyter-ada course',
        'gpasswd --add jupyter-bob course',
      ],
    },
    {
      name: 'a missing member',
      have: { members: ['jupyter-ada'], accounts: both },
      steps: ['gpasswd --add jupyter-bob course'],
    },
    {
      name: 'a person without an account yet is left to the helper',
      have: { members: ['jupyter-ada'], accounts: new Set(['jupyter-ada']) },
      steps: [],
    },
    {
      name: 'a person who is no longer listed',
      have: { members: ['jupyter-ada', 'jupyter-bob', 'jupyter-eve'], accounts: both },
      steps: ['gpasswd --delete jupyter-eve course'],
    },
    {
      name: 'an account that is none of ours stays',
      have: { members: ['jupyter-ada', 'jupyter-bob', 'backup'], accounts: both },
      steps: [],
    },
  ])
})
