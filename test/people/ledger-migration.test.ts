import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { HostError } from '../../src/errors.ts'
import { closedAccount, type IdRange, openLedger } from '../../src/people/ledger.ts'
import { hashOneTimePassword, verifyPassword } from '../../src/people/passwords.ts'

const range: IdRange = { min: 20_000, max: 59_999, taken: () => false, occupied: () => false, homes: '/home' }

/** As the first release made it. */
const FORMAT_1 = `
  CREATE TABLE people (
    hub_name TEXT NOT NULL PRIMARY KEY,
    unix_name TEXT NOT NULL UNIQUE,
    uid INTEGER NOT NULL UNIQUE,
    gid INTEGER NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('new', 'active', 'locked', 'gone')),
    since TEXT NOT NULL
  ) STRICT;
  CREATE TABLE counters (name TEXT NOT NULL PRIMARY KEY, next INTEGER NOT NULL) STRICT;
  CREATE TABLE passwords (
    hub_name TEXT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL,
    one_time INTEGER NOT NULL CHECK (one_time IN (0, 1)),
    changed_at TEXT NOT NULL
  ) STRICT;
  PRAGMA user_version = 1;
`
const HASH = hashOneTimePassword('kq7m-once')
const PEOPLE = [
  ['ada', 'jupyter-ada', 20_000, 'active'],
  ['bob@uni.example', 'jupyter-bob-uni-example-1a2b3', 20_001, 'new'],
  ['eve', 'jupyter-eve', 20_004, 'locked'],
  ['old', 'jupyter-old', 20_002, 'gone'],
] as const
let folder = ''
let path = ''

/** A ledger of the first format. */
function make(): void {
  const database = new DatabaseSync(path)
  database.exec(FORMAT_1)
  const add = database.prepare('INSERT INTO people VALUES (?, ?, ?, ?, ?, ?)')
  for (const [name, unix, id, state] of PEOPLE) add.run(name, unix, id, id, state, '2026-01-01T00:00:00.000Z')
  database.prepare('INSERT INTO counters VALUES (?, ?)').run('id', 20_007)
  const password = database.prepare('INSERT INTO passwords VALUES (?, ?, ?, ?)')
  password.run('ada', HASH, 0, '2026-01-02T00:00:00.000Z')
  password.run('eve', HASH, 1, '2026-01-03T00:00:00.000Z')
  database.close()
}

const version = (): unknown => {
  const database = new DatabaseSync(path)
  const found = database.prepare('PRAGMA user_version').get()
  database.close()
  return found
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-'))
  path = join(folder, 'ledger.sqlite')
  const umask = process.umask(0o077)
  make()
  process.umask(umask)
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('a ledger of the first format', () => {
  test('keeps its people, with their accounts and numbers', () => {
    const ledger = openLedger(path)
    expect(ledger.list().map((person) => [person.hubName, person.unixName, person.uid])).toEqual(
      PEOPLE.map(([name, unix, id]) => [name, unix, id]),
    )
    expect(ledger.find('bob@uni.example')).toEqual({
      hubName: 'bob@uni.example',
      unixName: 'jupyter-bob-uni-example-1a2b3',
      slug: 'bob-uni-example-1a2b3',
      uid: 20_001,
      gid: 20_001,
      state: 'new',
      since: '2026-01-01T00:00:00.000Z',
      home: '/home/jupyter-bob-uni-example-1a2b3',
      adopted: false,
      shell: '',
      lock: undefined,
      lifted: 0,
    })
    expect(ledger.find('ada')?.state).toBe('active')
    expect(ledger.find('old')?.state).toBe('gone')
    expect(version()).toEqual({ user_version: 2 })
    ledger.close()
  })

  test('keeps its passwords', () => {
    const ledger = openLedger(path)
    expect(ledger.passwords.find('ada')).toEqual({
      hash: HASH,
      oneTime: false,
      changedAt: '2026-01-02T00:00:00.000Z',
    })
    expect(ledger.passwords.find('eve')?.oneTime).toBe(true)
    expect(verifyPassword('kq7m-once', ledger.passwords.find('ada')?.hash)).toBe(true)
    ledger.close()
  })

  test('keeps its counter: no number is given again', () => {
    const ledger = openLedger(path)
    expect(ledger.ensure('new', range).uid).toBe(20_007)
    ledger.close()
    const again = openLedger(path)
    expect(again.ensure('newer', range).uid).toBe(20_008)
    again.close()
  })

  test('keeps shut who was locked', () => {
    const ledger = openLedger(path)
    expect(ledger.find('eve')).toMatchObject({ state: 'active', lock: { by: 'owner' } })
    expect(ledger.list().map((person) => [person.hubName, closedAccount(person) === undefined])).toEqual([
      ['ada', true],
      ['bob@uni.example', true],
      ['eve', false],
      ['old', false],
    ])
    ledger.unlock('eve')
    expect(closedAccount(ledger.find('eve'))).toBeUndefined()
    ledger.close()
  })

  test('gives nobody rights before the config was read', () => {
    const ledger = openLedger(path)
    expect(ledger.access.all()).toEqual(new Map())
    ledger.close()
  })

  test('is changed once, and leaves nothing of the first format', () => {
    openLedger(path).close()
    const database = new DatabaseSync(path)
    const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all()
    expect(tables.map(({ name }) => String(name)).toSorted()).toEqual([
      'access',
      'counters',
      'passwords',
      'people',
      'renames',
    ])
    database.exec(`UPDATE people SET lifted = 7 WHERE hub_name = 'ada'`)
    database.close()
    const ledger = openLedger(path)
    expect(ledger.find('ada')?.lifted).toBe(7)
    ledger.close()
  })

  test('stays as it is when it cannot be changed', () => {
    const database = new DatabaseSync(path)
    database.exec(
      `INSERT INTO people VALUES ('x', 'jupyter-', 1, 1, 'active', ''), ('y', 'jupyter', 2, 2, 'new', '')`,
    )
    database.close()
    expect(() => openLedger(path)).toThrow(HostError)
    expect(version()).toEqual({ user_version: 1 })
    const raw = new DatabaseSync(path)
    expect(raw.prepare('SELECT count(*) AS n FROM people').get()).toEqual({ n: PEOPLE.length + 2 })
    raw.close()
  })
})

test('two that come at the same time change it once', () => {
  const [one, two] = [openLedger(path), openLedger(path)]
  expect(one.list()).toEqual(two.list())
  for (const ledger of [one, two]) ledger.close()
})
