/** The ledger's tables: their schema, its version, and rows as typed values. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'

import { BugError, HostError } from '../errors.ts'
import { transaction } from './database.ts'

/**
 * `new`: name and numbers are given, the account may be half made. `active`: the account is complete. `locked`: may not
 * start. `gone`: off-boarded; the row stays so that nothing is given again.
 */
export type PersonState = 'new' | 'active' | 'locked' | 'gone'

export interface Person {
  readonly hubName: string
  readonly unixName: string
  readonly uid: number
  readonly gid: number
  readonly state: PersonState
  /** When the row was made, ISO 8601. */
  readonly since: string
}

export interface Password {
  /** As `hashPassword` makes it. */
  readonly hash: string
  /** Given by an operator: good for one login, in which another must be chosen. */
  readonly oneTime: boolean
  /** ISO 8601. */
  readonly changedAt: string
}

const VERSION = 1
const SCHEMA = `
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
  PRAGMA user_version = ${VERSION};
`
const STATES: readonly PersonState[] = ['new', 'active', 'locked', 'gone']
/** Reads people; a WHERE may follow. */
export const PEOPLE = 'SELECT hub_name, unix_name, uid, gid, state, since FROM people'

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

/** A row of people. @throws BugError */
export function personOf(row: Row): Person {
  const state = STATES.find((known) => known === row['state'])
  if (state === undefined) throw new BugError('the ledger holds a state that nobody knows')
  return {
    hubName: text(row, 'hub_name'),
    unixName: text(row, 'unix_name'),
    uid: number(row, 'uid'),
    gid: number(row, 'gid'),
    state,
    since: text(row, 'since'),
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
    if (version > VERSION) {
      throw new HostError(
        `${path} was written by a newer tljh (format ${version}, this one knows ${VERSION}); upgrade`,
      )
    }
  })
}
