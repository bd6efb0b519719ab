import { describe, expect, test } from 'vitest'

import {
  accountCommands,
  type AccountHave,
  type AccountWant,
  obstacle,
  wantedAccount,
} from '../../src/helper/account-plan.ts'
import { hasExpired, parseGroup, parsePasswd } from '../../src/host/account-files.ts'
import type { Access } from '../../src/people/access.ts'
import { parsePolicy } from '../../src/people/policy.ts'
import { person as known } from '../support/server.ts'
import { POLICY } from './machine.ts'

const person = known('bob', { state: 'new' })
const policy = parsePolicy(JSON.stringify(POLICY))
const want: AccountWant = wantedAccount(policy, person, { role: 'user', groups: ['course'], teaches: [] })
const old: AccountWant = { ...want, fresh: false }
const home = { type: 'directory', mode: 0o700, uid: 20_000, gid: 20_000, size: 0, mtimeMs: 0 } as const
const entry = { name: 'jupyter-bob', uid: 20_000, gid: 20_000, home: '/home/jupyter-bob', shell: '/bin/bash' }
const own = { name: 'jupyter-bob', gid: 20_000, members: [] }

const groups = (course: string[], admins: string[] = [], lab: string[] = []): AccountHave['groups'] => [
  { name: 'jupyterhub-users', gid: 991, members: ['jupyter-bob'] },
  { name: 'jupyterhub-admins', gid: 992, members: admins },
  { name: 'course', gid: 993, members: course },
  { name: 'lab', gid: 994, members: lab },
]
const absent: AccountHave = { entries: [], own: [], groups: groups([]), home: undefined }
const settled: AccountHave = { entries: [entry], own: [own], groups: groups(['jupyter-bob']), home }

describe('what is wanted', () => {
  test('for a person', () => {
    expect(want).toMatchObject({
      home: '/home/jupyter-bob',
      groups: ['jupyterhub-users', 'course'],
      without: ['jupyterhub-admins', 'jupyterhub-operators', 'jupyterhub-instructors', 'lab'],
      shell: '/bin/bash',
      own: true,
      fresh: true,
    })
  })

  test.each([
    [
      'an owner',
      { role: 'owner', groups: ['staff', 'staff'], teaches: [] },
      ['jupyterhub-users', 'jupyterhub-admins', 'staff'],
      ['jupyterhub-operators', 'jupyterhub-instructors', 'course', 'lab'],
    ],
    [
      'an operator',
      { role: 'operator', groups: [], teaches: [] },
      ['jupyterhub-users', 'jupyterhub-operators'],
      ['jupyterhub-admins', 'jupyterhub-instructors', 'course', 'lab'],
    ],
    [
      'an instructor',
      { role: 'instructor', groups: ['lab'], teaches: ['lab'] },
      ['jupyterhub-users', 'jupyterhub-instructors', 'lab'],
      ['jupyterhub-admins', 'jupyterhub-operators', 'course'],
    ],
  ] satisfies [string, Access, string[], string[]][])('for %s', (...[, access, inside, without]) => {
    const active = { ...person, state: 'active' } as const
    expect(wantedAccount(policy, active, access)).toMatchObject({
      groups: inside,
      without,
      fresh: false,
    })
  })

  test('for an account that was adopted: its own name, numbers and home, and no group of its own', () => {
    const numbers = { uid: 1001, gid: 100, home: '/srv/eve' }
    const eve = known('eve', { ...numbers, unixName: 'eve', adopted: true, shell: '/bin/sh' })
    const wanted = wantedAccount(policy, eve, { role: 'user', groups: [], teaches: [] })
    expect(wanted).toMatchObject({ ...numbers, name: 'eve', own: false, shell: '/bin/sh', fresh: false })
    const users = { name: 'users', gid: 100, members: [] }
    const have: AccountHave = {
      entries: [{ ...numbers, name: 'eve', shell: '/bin/zsh' }],
      own: [users],
      groups: [...groups([]), users],
      home: { ...home, uid: 1001 },
    }
    expect(obstacle(wanted, have)).toBeUndefined()
    expect(accountCommands(wanted, have)).toEqual([
      ['/usr/bin/gpasswd', '--add', 'eve', '--', 'jupyterhub-users'],
    ])
  })
})

describe('commands', () => {
  test('none when it is settled', () => {
    expect(accountCommands(old, settled)).toEqual([])
  })

  test('group and account when it is absent', () => {
    expect(accountCommands(want, absent)).toEqual([
      ['/usr/sbin/groupadd', '--gid', '20000', '--', 'jupyter-bob'],
      [
        '/usr/sbin/useradd --no-create-home --no-user-group --no-log-init',
        '--key SUB_UID_COUNT=0 --key SUB_GID_COUNT=0 --uid 20000 --gid 20000',
        '--groups jupyterhub-users,course --home-dir /home/jupyter-bob --shell /bin/bash --comment EMPTY -- jupyter-bob',
      ]
        .join(' ')
        .split(' ')
        .map((word) => (word === 'EMPTY' ? '' : word)),
    ])
  })

  test.each([
    ['only the account when the group is there', want, { ...absent, own: [own] }, ['/usr/sbin/useradd']],
    ['only the group when the account is there', old, { ...settled, own: [] }, ['/usr/sbin/groupadd']],
  ])('%s', (...[, wanted, have, programs]) => {
    expect(accountCommands(wanted, have).map(([program]) => program)).toEqual(programs)
  })

  test('memberships are mended one by one; others are left alone', () => {
    const have = { ...settled, groups: groups(['ann'], ['jupyter-bob', 'ann'], ['jupyter-bob']) }
    expect(accountCommands(old, have)).toEqual([
      ['/usr/bin/gpasswd', '--add', 'jupyter-bob', '--', 'course'],
      ['/usr/bin/gpasswd', '--delete', 'jupyter-bob', '--', 'jupyterhub-admins'],
      ['/usr/bin/gpasswd', '--delete', 'jupyter-bob', '--', 'lab'],
    ])
  })
})

describe('obstacles', () => {
  test.each([
    ['settled', old, settled],
    ['absent', want, absent],
    ['half made: group only', want, { ...absent, own: [own] }],
    ['half made: no home yet', want, { ...settled, home: undefined }],
  ])('none when it is %s', (_, wanted, have) => {
    expect(obstacle(wanted, have)).toBeUndefined()
  })

  test.each([
    [
      'another uid',
      old,
      { ...settled, entries: [{ ...entry, uid: 1001 }] },
      'has uid 1001, but the ledger keeps',
    ],
    ['a uid of root', old, { ...settled, entries: [{ ...entry, uid: 0 }] }, 'has uid 0'],
    ['a uid that is no number', old, { ...settled, entries: [{ ...entry, uid: Number.NaN }] }, 'has uid NaN'],
    [
      'a uid that is taken',
      want,
      { ...absent, entries: [{ ...entry, name: 'eve' }] },
      'the account eve has uid 20000',
    ],
    ['two rows', old, { ...settled, entries: [entry, { ...entry, name: 'toor' }] }, 'the account toor'],
    ['a group of that name', want, { ...absent, own: [{ ...own, gid: 1001 }] }, 'has gid 1001'],
    [
      'a gid that is taken',
      want,
      { ...absent, own: [{ ...own, name: 'games' }] },
      'the group games has gid 20000',
    ],
    [
      'another group of its own',
      old,
      { ...settled, entries: [{ ...entry, gid: 27 }] },
      'has gid 27 and home',
    ],
    ['another home', old, { ...settled, entries: [{ ...entry, home: '/root' }] }, 'home /root instead of'],
    ['a leftover home', want, { ...absent, home }, 'is there already although the account is new'],
    [
      'a link for a home',
      want,
      { ...absent, home: { ...home, type: 'symlink' as const } },
      'is there already',
    ],
    ['a home that vanished', old, { ...settled, home: undefined }, 'is its disk mounted?'],
    ['a home of another', old, { ...settled, home: { ...home, uid: 0 } }, 'is not a folder of jupyter-bob'],
    [
      'a link where the home was',
      old,
      { ...settled, home: { ...home, type: 'symlink' as const } },
      'is not a folder',
    ],
    ['an account that vanished', old, { ...absent, home }, 'is gone although the ledger has it'],
    [
      'no group of ours',
      want,
      { ...absent, groups: [] },
      'the group jupyterhub-users does not exist; run `tljh',
    ],
  ])('%s', (...[, wanted, have, part]) => {
    expect(obstacle(wanted, have)).toContain(part)
  })
})

describe('account files', () => {
  test('are read line by line', () => {
    expect(parsePasswd('a:x:1:2:c,,:/home/a:/bin/sh\n\nbroken\n+::::::\n')).toEqual([
      { name: 'a', uid: 1, gid: 2, home: '/home/a', shell: '/bin/sh' },
      { name: '+', uid: 0, gid: 0, home: '', shell: '' },
    ])
    expect(parseGroup('a:x:1:\nb:x:2:x,y\nbroken:x\n')).toEqual([
      { name: 'a', gid: 1, members: [] },
      { name: 'b', gid: 2, members: ['x', 'y'] },
    ])
  })

  const now = Date.parse('2026-01-02T12:00:00Z')
  test.each([
    ['no line', 'ann:!:20000:0:99999:7:::', false],
    ['no day', 'bob:!:20000:0:99999:7:::', false],
    ['day 1', 'bob:!:20000:0:99999:7::1:', true],
    ['day 0', 'bob:!:20000:0:99999:7::0:', true],
    ['today', 'bob:!:20000:0:99999:7::20455:', true],
    ['tomorrow', 'bob:!:20000:0:99999:7::20456:', false],
  ])('with %s', (_, shadow, expired) => {
    expect(hasExpired(`root:*:1:::::1:\n${shadow}\n`, 'bob', now)).toBe(expired)
  })
})
