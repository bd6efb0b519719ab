/** The ledger's tables: their schema, its version, and rows as typed values. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'

import { BugError, HostError } from '../errors.ts'
import type { Access } from './access.ts'
import { transaction } from './database.ts'

/**
 * `new`: name and numbers are given, the account may be half made. `active`: the account is complete. `gone`:
 * off-boarded; the row stays so that nothing is given again.
 */
export type PersonState = 'new' | 'active' | 'gone'

/** Who shut somebody out: an owner, an operator or instructor, or the config by no longer naming them. */
export type LockedBy = 'owner' | 'other' | 'config'

export interface Lock {
  readonly by: LockedBy
  readonly reason: string
  /** ISO 8601. */
  readonly since: string
}

export interface Person {
  readonly hubName: string
  readonly unixName: string
  /** What units and files of the person are called by; for an account of our own making the unix name after `jupyter-`. */
  readonly slug: string
  readonly uid: number
  readonly gid: number
  readonly state: PersonState
  /** When the row was made, ISO 8601. */
  readonly since: string
  /** Where the home lies: under the folder of homes as it was when the account was made. */
  readonly home: string
  /** An account that was on the machine before, with a name and a group of its own. */
  readonly adopted: boolean
  /** A login shell of their own; empty for the usual one. */
  readonly shell: string
  readonly lock: Lock | undefined
  /** Milliseconds since 1970: failed logins before do not count; 0 for never. */
  readonly lifted: number
}

export interface Password {
  /** As `hashPassword` makes it. */
  readonly hash: string
  /** Given by an operator: good for one login, in which another must be chosen. */
  readonly oneTime: boolean
  /** ISO 8601. */
  readonly changedAt: string
}

const VERSION = 2
const SCHEMA = `
  CREATE TABLE people (
    hub_name TEXT NOT NULL PRIMARY KEY,
    unix_name TEXT NOT NULL UNIQUE,
    slug TEXT NOT NULL UNIQUE,
    uid INTEGER NOT NULL UNIQUE,
    gid INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('new', 'active', 'gone')),
    since TEXT NOT NULL,
    home TEXT NOT NULL,
    adopted INTEGER NOT NULL DEFAULT 0 CHECK (adopted IN (0, 1)),
    shell TEXT NOT NULL DEFAULT '',
    lock_by TEXT NOT NULL DEFAULT '' CHECK (lock_by IN ('', 'owner', 'other', 'config')),
    lock_reason TEXT NOT NULL DEFAULT '',
    lock_since TEXT NOT NULL DEFAULT '',
    lifted INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE renames (old_name TEXT NOT NULL PRIMARY KEY, hub_name TEXT NOT NULL) STRICT;
  CREATE TABLE access (hub_name TEXT NOT NULL PRIMARY KEY, access TEXT NOT NULL) STRICT;
  CREATE TABLE counters (name TEXT NOT NULL PRIMARY KEY, next INTEGER NOT NULL) STRICT;
  CREATE TABLE passwords (
    hub_name TEXT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL,
    one_time INTEGER NOT NULL CHECK (one_time IN (0, 1)),
    changed_at TEXT NOT NULL
  ) STRICT;
  PRAGMA user_version = ${VERSION};
`
/**
 * The first format had neither slugs nor roles; every account was of our own making, `jupyter-` and its slug. Who was
 * locked had a state for it.
 */
const FROM_1 = `
  ALTER TABLE people RENAME TO people_1;
  ALTER TABLE passwords RENAME TO passwords_1;
  ALTER TABLE counters RENAME TO counters_1;
  ${SCHEMA}
  INSERT INTO people (hub_name, unix_name, slug, uid, gid, state, since, home)
    SELECT hub_name, unix_name, substr(unix_name, 9), uid, gid, replace(state, 'locked', 'active'), since,
      '/home/' || unix_name
    FROM people_1;
  UPDATE people SET lock_by = 'owner', lock_reason = 'locked before', lock_since = since
    WHERE hub_name IN (SELECT hub_name FROM people_1 WHERE state = 'locked');
  INSERT INTO passwords SELECT * FROM passwords_1;
  INSERT INTO counters SELECT * FROM counters_1;
  DROP TABLE people_1; DROP TABLE passwords_1; DROP TABLE counters_1;
`
const STATES: readonly PersonState[] = ['new', 'active', 'gone']
const LOCKERS: readonly LockedBy[] = ['owner', 'other', 'config']
/** Reads people; a WHERE may follow. */
export const PEOPLE = 'SELECT * FROM people'

type Row = Readonly<Record<string, SQLOutputValue>>

/** A column that holds text. @throws BugError */
export function text(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw new BugError(`the ledger's column ${column} holds no text`)
  return value
}

/** A column that holds a number. @throws BugError */
export function number(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw new BugError(`the ledger's column ${column} holds no number`)
  return value
}

function lockOf(row: Row): Lock | undefined {
  const by = LOCKERS.find((known) => known === row['lock_by'])
  return by && { by, reason: text(row, 'lock_reason'), since: text(row, 'lock_since') }
}

/** Why somebody may neither log in nor start a server, as the end of a sentence; undefined when they may. */
export function closedAccount(person: Person | undefined): string | undefined {
  if (person?.state === 'gone') return 'the account was taken off this machine'
  return person?.lock === undefined ? undefined : 'the account is locked'
}

/** Whether somebody may neither log in nor start a server. @param access undefined for whom the config does not name */
export const isShutOut = (person: Person, access: Access | undefined): boolean =>
  access === undefined || closedAccount(person) !== undefined

/** A row of people. @throws BugError */
export function personOf(row: Row): Person {
  const state = STATES.find((known) => known === row['state'])
  if (state === undefined) throw new BugError('the ledger holds a state that nobody knows')
  return {
    hubName: text(row, 'hub_name'),
    unixName: text(row, 'unix_name'),
    slug: text(row, 'slug'),
    uid: number(row, 'uid'),
    gid: number(row, 'gid'),
    state,
    since: text(row, 'since'),
    home: text(row, 'home'),
    adopted: row['adopted'] === 1,
    shell: text(row, 'shell'),
    lock: lockOf(row),
    lifted: number(row, 'lifted'),
  }
}

function versionOf(database: DatabaseSync): number {
  return number(database.prepare('PRAGMA user_version').get() ?? {}, 'user_version')
}

/** Makes the tables of a new file, brings those of an old one up to date. @throws HostError for a newer one */
export function migrate(database: DatabaseSync, path: string): void {
  if (versionOf(database) === VERSION) return
  transaction(database, () => {
    const version = versionOf(database)
    if (version === 0) database.exec(SCHEMA)
    if (version === 1) database.exec(FROM_1)
    if (version > VERSION) {
      throw new HostError(
        `${path} was written by a newer tljh (format ${version}, this one knows ${VERSION}); upgrade`,
      )
    }
  })
}
