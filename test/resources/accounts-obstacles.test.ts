import { describe, expect, test } from 'vitest'

import { HostError } from '../../src/errors.ts'
import { accounts, type Accounts, type AccountsState } from '../../src/resources/accounts.ts'
import { BOB, EVE, folder, have, NOTHING, student, WANT } from './accounts-samples.ts'

const NEW: Partial<Accounts> = { people: [{ ...BOB, fresh: true }] }
const at = (type: 'directory' | 'file' | 'symlink' | 'other', uid = 20_000): Partial<AccountsState> => ({
  homes: new Map([['/home/jupyter-bob', { ...folder(uid, 0o700), type }]]),
})
const toor = (state: AccountsState, first: boolean): AccountsState => {
  const entry = { name: 'toor', uid: 20_000, gid: 0, home: '/root', shell: '/bin/sh' }
  return { ...state, entries: first ? [entry, ...state.entries] : [...state.entries, entry] }
}

const ROWS: readonly [string, Partial<Accounts>, AccountsState, string][] = [
  ['another uid', {}, have({ entry: { uid: 1002 } }), 'has uid 1002, but the ledger keeps jupyter-bob with'],
  ['the uid of root', {}, have({ entry: { uid: 0 } }), 'the account jupyter-bob has uid 0'],
  ['a uid that is no number', {}, have({ entry: { uid: Number.NaN } }), 'has uid NaN'],
  [
    'a uid that is somebody else’s',
    NEW,
    have({ ...NOTHING, entry: { name: 'mallory' } }),
    'the account mallory has uid 20000, but the ledger keeps jupyter-bob',
  ],
  ['a second account with the uid', {}, toor(have(), false), 'the account toor has uid 20000'],
  ['a second account with the uid, first in the file', {}, toor(have(), true), 'the account toor has uid'],
  ['another gid', {}, have({ entry: { gid: 27 } }), 'has gid 27 and home /home/jupyter-bob instead of'],
  [
    'another home',
    {},
    have({ entry: { home: '/root' } }),
    'home /root instead of 20000 and /home/jupyter-bob',
  ],
  [
    'a group of that name with another gid',
    NEW,
    have({ ...NOTHING, group: { gid: 1001 } }),
    'the group jupyter-bob has gid 1001, but the ledger keeps jupyter-bob with gid 20000',
  ],
  [
    'a gid that is another group’s',
    NEW,
    have({ ...NOTHING, group: { name: 'games' } }),
    'the group games has gid 20000',
  ],
  [
    'a home that was there before',
    NEW,
    have(NOTHING, at('directory')),
    'is there already although the account',
  ],
  ['a file where the home will be', NEW, have(NOTHING, at('file', 0)), '/home/jupyter-bob is there already'],
  [
    'a link where the home will be',
    NEW,
    have(NOTHING, at('symlink', 0)),
    '/home/jupyter-bob is there already',
  ],
  ['a pipe where the home will be', NEW, have(NOTHING, at('other', 0)), '/home/jupyter-bob is there already'],
  ['a home of somebody else', NEW, have({}, at('directory', 0)), 'is not a folder of jupyter-bob'],
  ['a link to a home', NEW, have({}, at('symlink')), 'is not a folder of jupyter-bob'],
  [
    'an adopted account with another uid',
    { people: [{ ...EVE, uid: 1002 }] },
    have(),
    'the account eve has uid 1001, but the ledger keeps eve with uid 1002',
  ],
  ['an adopted account with another home', { people: [{ ...EVE, home: '/srv/x' }] }, have(), 'home /srv/eve'],
  ['a folder of homes that is not there', {}, have({}, { folder: undefined }), 'there is no folder /home'],
  ['a folder of homes that is somebody’s', {}, have({}, { folder: folder(1000) }), 'is not a folder of root'],
  ['a folder of homes that others write', {}, have({}, { folder: folder(0, 0o1777) }), 'only root may write'],
  [
    'a folder of homes that a group writes',
    {},
    have({}, { folder: folder(0, 0o775) }),
    'only root may write',
  ],
  [
    'a link for a folder of homes',
    {},
    have({}, { folder: { ...folder(0, 0o777), type: 'symlink' } }),
    '/home is not a folder of root',
  ],
  [
    'a disk of homes that is not mounted',
    { mount: true },
    have({}, { mounted: false }),
    '/home is not mounted, and homes.mount says it must be; mount it, then try again',
  ],
]

describe('accounts of people', () => {
  test.each(ROWS)('are not touched for %s', (...[, want, state, part]) => {
    const attempt = (): unknown => accounts.plan({ ...WANT, ...want }, state)
    expect(attempt).toThrow(HostError)
    expect(attempt).toThrow(part)
  })

  test('are all looked at, and everything in the way is told at once', () => {
    const people = [1, 2, 3].map((index) => student(index))
    const homes = new Map(people.slice(1).map(({ home, uid }) => [home, folder(uid)]))
    const attempt = (): unknown => accounts.plan({ ...WANT, people }, have(NOTHING, { homes }))
    expect(attempt).toThrow(/^\S+jupyter-s2 is there already.*\n\S+jupyter-s3 is there already[^\n]*$/)
  })

  test('say how many more there are', () => {
    const people = Array.from({ length: 200 }, (_, index) => student(index))
    const homes = new Map(people.map(({ home, uid }) => [home, folder(uid)]))
    let lines: string[] = []
    try {
      accounts.plan({ ...WANT, people }, have(NOTHING, { homes }))
    } catch (error) {
      lines = (error as Error).message.split('\n')
    }
    expect(lines).toHaveLength(21)
    expect(lines.at(-1)).toBe('and 180 more')
  })
})
