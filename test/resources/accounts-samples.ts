/** People and their accounts as the account files have them, for the tests of the resource. */
import type { PathState } from '../../src/host/host.ts'
import type { Accounts, AccountsState, PersonAccount } from '../../src/resources/accounts.ts'

/** Bob, whose account is complete. */
export const BOB: PersonAccount = {
  name: 'jupyter-bob',
  uid: 20_000,
  gid: 20_000,
  home: '/home/jupyter-bob',
  own: true,
  slug: 'bob',
  shell: '/bin/bash',
  shellAsked: false,
  fresh: false,
  locked: false,
}

/** Eve, whose account was there before: its name, group and home are its own. */
export const EVE: PersonAccount = {
  ...BOB,
  name: 'eve',
  uid: 1001,
  gid: 100,
  home: '/srv/eve',
  own: false,
  slug: 'eve-1a2b3',
}

/** Somebody who is new, with a number of their own. */
export const student = (index: number, more: Partial<PersonAccount> = {}): PersonAccount => ({
  ...BOB,
  name: `jupyter-s${index}`,
  slug: `s${index}`,
  home: `/home/jupyter-s${index}`,
  uid: 20_000 + index,
  gid: 20_000 + index,
  fresh: true,
  ...more,
})

/** A name that systemd-sysusers refuses: 32 characters. */
export const LONG = 'jupyter-abcdefghijklmnopqr-12345'

export const WANT: Accounts = {
  kind: 'accounts',
  name: 'people',
  homes: '/home',
  mount: false,
  people: [BOB],
}

/** A folder as lstat shows it. */
export const folder = (uid: number, mode = 0o755): PathState => ({
  type: 'directory',
  mode,
  uid,
  gid: uid,
  size: 4096,
  mtimeMs: 0,
})

const ENTRY = { name: 'jupyter-bob', uid: 20_000, gid: 20_000, home: '/home/jupyter-bob', shell: '/bin/bash' }
const GROUP = { name: 'jupyter-bob', gid: 20_000, members: [] }
const OTHERS = [
  { name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/bash' },
  { name: 'eve', uid: 1001, gid: 100, home: '/srv/eve', shell: '/usr/bin/zsh' },
]
const OTHER_GROUPS = [
  { name: 'root', gid: 0, members: [] },
  { name: 'users', gid: 100, members: [] },
]

/** How Bob stands in the four files; whatever is left out is as it must be. */
interface Bob {
  readonly entry?: Partial<typeof ENTRY> | 'none'
  readonly group?: Partial<typeof GROUP> | 'none'
  /** The day on which the account expires; with `none` there is no line in /etc/shadow. */
  readonly expiry?: string
  readonly gshadow?: boolean
}

/** What is observed of a machine with Eve and Bob. */
export function have(bob: Bob = {}, more: Partial<AccountsState> = {}): AccountsState {
  const { entry, group, expiry, gshadow }: Required<Bob> = {
    entry: {},
    group: {},
    expiry: '',
    gshadow: true,
    ...bob,
  }
  return {
    folder: folder(0),
    mounted: true,
    entries: entry === 'none' ? OTHERS : [...OTHERS, { ...ENTRY, ...entry }],
    groups: group === 'none' ? OTHER_GROUPS : [...OTHER_GROUPS, { ...GROUP, ...group }],
    expiry: new Map([
      ['root', ''],
      ['eve', ''],
      ...(expiry === 'none' ? [] : [['jupyter-bob', expiry] as const]),
    ]),
    gshadow: new Set(['root', 'users', ...(gshadow ? ['jupyter-bob'] : [])]),
    homes: new Map(),
    ...more,
  }
}

/** Bob in none of the files. */
export const NOTHING = { entry: 'none', group: 'none', expiry: 'none', gshadow: false } as const
