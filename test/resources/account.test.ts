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
    ['tljh-hub', { home: '/var/lib/tljh-hub', shell: '/usr/sbin/nologin' }],
    ['polkitd', { home: '/nonexistent', shell: '/usr/sbin/nologin' }],
    ['tljh', undefined],
    ['hub', undefined],
    ['', undefined],
  ])('finds %j', (name, expected) => {
    expect(parseAccount(BOOKWORM, name)).toEqual(expected)
  })
})

describe('account', () => {
  test('observes the account by its whole name', async () => {
    const host = new FakeHost({ '/etc/passwd': BOOKWORM })
    expect(await account.observe(host, WANT)).toEqual({
      home: '/var/lib/tljh-hub',
      shell: '/usr/sbin/nologin',
    })
    expect(await account.observe(host, { ...WANT, name: 'tljh' })).toBeUndefined()
  })

  testPlan(account, WANT, [
    { name: 'settled', have: { home: '/var/lib/tljh-hub', shell: '/usr/sbin/nologin' }, steps: [] },
    {
      name: 'absent',
      have: undefined,
      steps: [
        'useradd --system --user-group --no-create-home --home-dir /var/lib/tljh-hub --shell /usr/sbin/nologin --comment JupyterHub -- tljh-hub',
      ],
    },
    {
      name: 'a shell that lets somebody in',
      have: { home: '/var/lib/tljh-hub', shell: '/bin/bash' },
      steps: ['usermod --home /var/lib/tljh-hub --shell /usr/sbin/nologin -- tljh-hub'],
    },
    {
      name: 'another home',
      have: { home: '/root', shell: '/usr/sbin/nologin' },
      steps: ['usermod --home /var/lib/tljh-hub --shell /usr/sbin/nologin -- tljh-hub'],
    },
  ])
})
