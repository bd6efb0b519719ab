import { describe, expect, test } from 'vitest'

import { HostError } from '../../src/errors.ts'
import { accounts } from '../../src/resources/accounts.ts'
import { testPlan } from '../support/plan-rows.ts'
import { BOB, EVE, folder, have, LONG, NOTHING, WANT } from './accounts-samples.ts'

const NOLOGIN = '/usr/sbin/nologin'
const fresh = { people: [{ ...BOB, fresh: true }] }
const locked = { people: [{ ...BOB, locked: true }] }
const HOME = 'make homes (0700): /home/jupyter-bob'
const MADE = 'systemd-sysusers - (jupyter-bob)'
const LOCK = `usermod --expiredate 2 --shell ${NOLOGIN} -- jupyter-bob`
const OPEN = "usermod --expiredate '' --shell /bin/bash -- jupyter-bob"
const withHome = { homes: new Map([['/home/jupyter-bob', folder(20_000, 0o700)]]) }

describe('accounts of people', () => {
  testPlan(accounts, WANT, [
    { name: 'settled', have: have(), steps: [] },
    { name: 'absent', want: fresh, have: have(NOTHING), steps: [MADE, HOME] },
    { name: 'nobody', want: { people: [] }, have: have({}, { folder: undefined }), steps: [] },
    { name: 'gone from the machine: account, no home', have: have(NOTHING), steps: [MADE] },
    { name: 'made, but for the home', want: fresh, have: have(), steps: [HOME] },
    { name: 'made, and nobody has noted it yet', want: fresh, have: have({}, withHome), steps: [] },
    {
      name: 'sysusers killed after /etc/group',
      want: fresh,
      have: have({ ...NOTHING, group: {} }),
      steps: [MADE, 'grpconv', HOME],
    },
    {
      name: 'sysusers killed after /etc/gshadow',
      want: fresh,
      have: have({ ...NOTHING, group: {}, gshadow: true }),
      steps: [MADE, HOME],
    },
    {
      name: 'sysusers killed after /etc/passwd',
      want: fresh,
      have: have({ expiry: 'none' }),
      steps: ['pwconv', HOME],
    },
    {
      name: 'useradd killed after /etc/passwd',
      want: fresh,
      have: have({ ...NOTHING, entry: {} }),
      steps: ['groupadd --gid 20000 -- jupyter-bob', 'pwconv', HOME],
    },
    {
      name: 'useradd killed after /etc/shadow',
      want: fresh,
      have: have({ group: 'none', gshadow: false }),
      steps: ['groupadd --gid 20000 -- jupyter-bob', HOME],
    },
    {
      name: 'useradd killed after /etc/group',
      want: fresh,
      have: have({ gshadow: false }),
      steps: ['grpconv', HOME],
    },
  ])
})

describe('a locked account', () => {
  testPlan(accounts, { ...WANT, ...locked }, [
    { name: 'settled', have: have({ expiry: '2', entry: { shell: NOLOGIN } }), steps: [] },
    { name: 'absent: made, and locked', have: have(NOTHING), steps: [MADE, LOCK] },
    // Somebody who was locked before there was an account needs none.
    {
      name: 'absent',
      want: { people: [{ ...BOB, fresh: true, locked: true }] },
      have: have(NOTHING),
      steps: [],
    },
    {
      name: 'fresh, with an account that was half made',
      want: { people: [{ ...BOB, fresh: true, locked: true }] },
      have: have(),
      steps: [HOME, LOCK],
    },
    { name: 'open', have: have(), steps: [LOCK] },
    { name: 'with a shell still', have: have({ expiry: '2' }), steps: [LOCK] },
    { name: 'without a day still', have: have({ entry: { shell: NOLOGIN } }), steps: [LOCK] },
    {
      name: 'that is open again',
      want: { people: [BOB] },
      have: have({ expiry: '2', entry: { shell: NOLOGIN } }),
      steps: [OPEN],
    },
    {
      name: 'that was opened half',
      want: { people: [BOB] },
      have: have({ expiry: '2' }),
      steps: [OPEN],
    },
    {
      name: 'that is open again with the shell that was asked for',
      want: { people: [{ ...BOB, shell: '/bin/zsh', shellAsked: true }] },
      have: have({ expiry: '2', entry: { shell: NOLOGIN } }),
      steps: ["usermod --expiredate '' --shell /bin/zsh -- jupyter-bob"],
    },
  ])
})

describe('what an administrator did by hand', () => {
  const asked = { people: [{ ...BOB, shell: '/bin/zsh', shellAsked: true }] }
  testPlan(accounts, WANT, [
    { name: 'settled', have: have({ expiry: '1' }), steps: [] },
    { name: 'absent', have: have(NOTHING), steps: [MADE] },
    { name: 'a day in the future stays', have: have({ expiry: '30000' }), steps: [] },
    { name: 'a shell stays', have: have({ entry: { shell: '/bin/sh' } }), steps: [] },
    { name: 'no shell stays', have: have({ entry: { shell: NOLOGIN }, expiry: '1' }), steps: [] },
    {
      name: 'a shell stays not where another one was asked for',
      want: asked,
      have: have({ entry: { shell: '/bin/sh' } }),
      steps: ['usermod --shell /bin/zsh -- jupyter-bob'],
    },
    {
      name: 'the shell that was asked for',
      want: asked,
      have: have({ entry: { shell: '/bin/zsh' } }),
      steps: [],
    },
    {
      name: 'a day stays where another shell is asked for',
      want: asked,
      have: have({ expiry: '1' }),
      steps: ['usermod --shell /bin/zsh -- jupyter-bob'],
    },
  ])
})

describe('an adopted account', () => {
  const want = { ...WANT, people: [EVE] }
  testPlan(accounts, want, [
    { name: 'settled', have: have(), steps: [] },
    // Its own group is none of ours: it is neither made nor looked for.
    { name: 'absent group', have: have({}, { groups: [] }), steps: [] },
    { name: 'absent', want: { people: [] }, have: have(NOTHING), steps: [] },
    {
      name: 'locked',
      want: { people: [{ ...EVE, locked: true }] },
      have: have(),
      steps: [`usermod --expiredate 2 --shell ${NOLOGIN} -- eve`],
    },
  ])

  test('that is gone from the machine is not made again', () => {
    expect(() => accounts.plan(want, have({}, { entries: [] }))).toThrow(
      new HostError('the account eve is gone from this machine'),
    )
  })
})

describe('a name of 32 characters, which sysusers refuses', () => {
  const long = { ...BOB, name: LONG, home: `/home/${LONG}`, slug: LONG.slice(8), fresh: true }
  testPlan(accounts, { ...WANT, people: [long] }, [
    {
      name: 'settled',
      want: { people: [{ ...long, fresh: false }] },
      have: have(
        { entry: { name: long.name, home: long.home }, group: { name: long.name } },
        { expiry: new Map([[long.name, '']]), gshadow: new Set([long.name]) },
      ),
      steps: [],
    },
    {
      name: 'absent',
      have: have(NOTHING),
      steps: [
        'useradd --no-create-home --no-log-init --key SUB_UID_COUNT=0 --key SUB_GID_COUNT=0 --user-group ' +
          '--key GID_MIN=20000 --key GID_MAX=20000 --uid 20000 ' +
          `--home-dir ${long.home} --shell /bin/bash --comment '' -- ${long.name}`,
        `make homes (0700): ${long.home}`,
      ],
    },
    {
      name: 'its group left over',
      have: have(
        { ...NOTHING, group: { name: long.name }, gshadow: true },
        { gshadow: new Set([long.name]) },
      ),
      steps: [
        'useradd --no-create-home --no-log-init --key SUB_UID_COUNT=0 --key SUB_GID_COUNT=0 --no-user-group ' +
          `--gid 20000 --uid 20000 --home-dir ${long.home} --shell /bin/bash --comment '' -- ${long.name}`,
        `make homes (0700): ${long.home}`,
      ],
    },
  ])
})
