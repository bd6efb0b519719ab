import { describe, expect, test } from 'vitest'

import { account, parseAccount } from '../../src/resources/account.ts'
import type { Account } from '../../src/resources/account.ts'
import { FakeHost } from '../support/fake-host.ts'
import { testPlan } from '../support/plan-rows.ts'

/** The end of /etc/passwd on Debian 12 after an installation. */
const BOOKWORM = `messagebus:x:100:102::/nonexistent:/usr/sbin/nologin
polkitd:x:997:997:polkit:/nonexistent:/usr/sbin/nologin
tljh-hub:x:996:996:JupyterHub:/var/lib/tljh-hub:/usr/sbin/nologin
tljh-proxy:x:995:995:Front door of JupyterHub:/nonexistent:/usr/sbin/nologin
`
const WANT: Account = {
  kind: 'account',
  name: 'tljh-hub',
  comment: 'JupyterHub',
  home: '/var/lib/tljh-hub',
}

describe('parseAccount', () => {
  test.each([
    ['tljh-hub', { gid: '996', home: '/var/lib/tljh-hub', shell: '/usr/sbin/nologin' }],
    ['polkitd', { gid: '997', home: '/nonexistent', shell: '/usr/sbin/nologin' }],
    ['tljh', undefined],
    ['hub', undefined],
    ['', undefined],
  ])('finds %j', (name, expected) => {
    expect(parseAccount(BOOKWORM, name)).toEqual(expected)
  })
})

const ENTRY = { gid: '996', home: '/var/lib/tljh-hub', shell: '/usr/sbin/nologin' }
const SETTLED = { entry: ENTRY, group: true, shadow: true, gshadow: true }
const NONE = { entry: undefined, group: false, shadow: false, gshadow: false }
const OPTIONS = '--no-create-home --home-dir /var/lib/tljh-hub --shell /usr/sbin/nologin --comment JupyterHub'

describe('account', () => {
  test('observes the account by its whole name, in all four files', async () => {
    const host = new FakeHost({
      '/etc/passwd': BOOKWORM,
      '/etc/group': 'tljh-hub:x:996:\n',
      '/etc/shadow': 'tljh-hub:!:20000::::::\n',
      '/etc/gshadow': 'tljh-hub:!::\n',
    })
    expect(await account.observe(host, WANT)).toEqual(SETTLED)
    expect(await account.observe(host, { ...WANT, name: 'tljh' })).toEqual(NONE)
    const half = new FakeHost({ '/etc/passwd': BOOKWORM, '/etc/group': 'tljh:x:1:\n' })
    expect(await account.observe(half, WANT)).toEqual({ ...NONE, entry: ENTRY })
  })

  testPlan(account, WANT, [
    { name: 'settled', have: SETTLED, steps: [] },
    { name: 'absent', have: NONE, steps: [`useradd --system --user-group ${OPTIONS} -- tljh-hub`] },
    {
      name: 'its group left over',
      have: { ...NONE, group: true, gshadow: true },
      steps: [`useradd --system --gid tljh-hub ${OPTIONS} -- tljh-hub`],
    },
    {
      name: 'killed after /etc/passwd',
      have: { ...NONE, entry: ENTRY },
      steps: ['groupadd --system --gid 996 -- tljh-hub', 'pwconv'],
    },
    {
      name: 'killed after /etc/shadow',
      have: { ...SETTLED, group: false, gshadow: false },
      steps: ['groupadd --system --gid 996 -- tljh-hub'],
    },
    { name: 'killed after /etc/group', have: { ...SETTLED, gshadow: false }, steps: ['grpconv'] },
    {
      name: 'a shell that lets somebody in',
      have: { ...SETTLED, entry: { ...ENTRY, shell: '/bin/bash' } },
      steps: ['usermod --home /var/lib/tljh-hub --shell /usr/sbin/nologin -- tljh-hub'],
    },
    {
      name: 'another home',
      have: { ...SETTLED, entry: { ...ENTRY, home: '/root' } },
      steps: ['usermod --home /var/lib/tljh-hub --shell /usr/sbin/nologin -- tljh-hub'],
    },
  ])
})
