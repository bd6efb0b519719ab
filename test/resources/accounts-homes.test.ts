import { describe, expect, test } from 'vitest'

import { accounts } from '../../src/resources/accounts.ts'
import { FakeHost } from '../support/fake-host.ts'
import { testPlan } from '../support/plan-rows.ts'
import { BOB, folder, have, NOTHING, student, WANT } from './accounts-samples.ts'

describe('a home that was to lie where homes lay before', () => {
  const bob = { ...BOB, fresh: true, home: '/old/jupyter-bob' }
  const want = { ...WANT, people: [bob, student(1)] }
  testPlan(accounts, want, [
    {
      name: 'settled',
      have: have({ entry: { home: '/old/jupyter-bob' } }, { homes: new Map([[bob.home, folder(20_000)]]) }),
      want: { people: [bob] },
      steps: [],
    },
    {
      name: 'absent',
      have: have(NOTHING),
      steps: [
        'systemd-sysusers - (jupyter-bob, jupyter-s1)',
        'make homes (0700): /old/jupyter-bob',
        'make homes (0700): /home/jupyter-s1',
      ],
    },
  ])

  test('is looked for there', async () => {
    const host = new FakeHost({ '/old/jupyter-bob': { type: 'directory', uid: 20_000 } })
    expect([...(await accounts.observe(host, want)).homes.keys()]).toEqual(['/old/jupyter-bob'])
  })
})

describe('accounts: observe', () => {
  test('reads the four files, and looks only for homes of those who are new', async () => {
    const host = new FakeHost({
      '/etc/passwd': 'jupyter-bob:x:20000:20000::/home/jupyter-bob:/bin/bash\n',
      '/etc/group': 'jupyter-bob:x:20000:\n',
      '/etc/shadow': 'jupyter-bob:!*:20000:0:99999:7::2:\nroot:*:1::::::\n',
      '/etc/gshadow': 'jupyter-bob:!*::\n',
      '/home': { type: 'directory', mode: 0o755 },
      '/home/jupyter-bob': { type: 'directory', mode: 0o700, uid: 20_000 },
      '/home/jupyter-ann': { type: 'symlink' },
    })
    const ann = { ...BOB, name: 'jupyter-ann', home: '/home/jupyter-ann', fresh: true }
    const state = await accounts.observe(host, { ...WANT, people: [BOB, ann] })
    expect(state).toMatchObject({
      folder: { type: 'directory', mode: 0o755 },
      mounted: true,
      entries: [{ name: 'jupyter-bob', uid: 20_000, shell: '/bin/bash' }],
      groups: [{ name: 'jupyter-bob', gid: 20_000 }],
      gshadow: new Set(['jupyter-bob']),
    })
    expect([...state.expiry]).toEqual([
      ['jupyter-bob', '2'],
      ['root', ''],
    ])
    expect([...state.homes].map(([path, { type }]) => [path, type])).toEqual([
      ['/home/jupyter-ann', 'symlink'],
    ])
  })

  test.each([
    [0, true],
    [1, false],
  ])('asks whether the folder is mounted where it must be: exit code %d', async (code, mounted) => {
    const host = new FakeHost({ '/srv/homes': { type: 'directory' } })
    host.answers.push(['mountpoint -q -- /srv/homes', { code }])
    expect(await accounts.observe(host, { ...WANT, homes: '/srv/homes', mount: true })).toMatchObject({
      mounted,
    })
    expect(await accounts.observe(host, { ...WANT, homes: '/srv/homes' })).toMatchObject({ mounted: true })
  })
})
