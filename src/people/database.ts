/**
 * A SQLite file of ours: private, durable, made for short processes that may be killed at any moment.
 *
 * No WAL: a rollback journal is one file while nothing is written, needs no shared memory, and an interrupted write is
 * undone by whoever opens it next. `synchronous=EXTRA` also makes the end of a transaction survive a power cut.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite'

import { HostError } from '../errors.ts'
import { sqliteCode } from '../host/exclusive.ts'
import { lstat, makeEmptyFile } from '../host/sync.ts'

/** Milliseconds to wait for another process that writes. */
const WAIT_MS = 10_000
const CORRUPT = 11
const NOT_A_DATABASE = 26
const BUSY = 5
const FULL = 13

function explained(path: string, code: number): string {
  if (code === CORRUPT || code === NOT_A_DATABASE) {
    return (
      `${path} is damaged. It is the only record of which account belongs to whom: do not remove it; ` +
      'keep a copy, put the last good one back from a backup, then run the same command again'
    )
  }
  if (code === BUSY)
    return `${path} is in use by another process for more than ${WAIT_MS / 1000} s; try again`
  if (code === FULL)
    return `${path} cannot be written: the disk is full; make room, then run the same command again`
  return `${path} cannot be used (SQLite error ${code})`
}

/** Does something with a database and explains SQLite's errors. @throws HostError with the way out */
export function guarded<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    const code = sqliteCode(cause)
    if (code === undefined) throw cause
    throw new HostError(explained(path, code), { cause })
  }
}

function checkFile(path: string): void {
  makeEmptyFile(path, 0o600)
  const state = lstat(path)
  if (state?.type !== 'file' || state.uid !== process.getuid?.()) {
    throw new HostError(`${path} is not a file of this user; look who put it there before you go on`)
  }
  if ((state.mode & 0o077) !== 0) {
    throw new HostError(
      `${path} can be opened by others; run \`chmod 600 ${path}\`, then the same command again`,
    )
  }
}

/** Opens a database, making an empty private one where none is. Its folder must exist. @throws HostError */
export function openDatabase(path: string): DatabaseSync {
  checkFile(path)
  return guarded(path, () => {
    const database = new DatabaseSync(path, {
      timeout: WAIT_MS,
      defensive: true,
      enableDoubleQuotedStringLiterals: false,
    })
    database.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA; PRAGMA trusted_schema = OFF')
    return database
  })
}

/** Does the work in one transaction that is either whole or not there; inside another one it becomes a part of it. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  if (database.isTransaction) return work()
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** A part of the database: one or more tables behind methods. Each explains a damaged, full or busy file with a HostError. */
export class Table {
  protected readonly database: DatabaseSync
  readonly #path: string
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync, path: string) {
    this.database = database
    this.#path = path
  }

  protected guarded<T>(work: () => T): T {
    return guarded(this.#path, work)
  }

  /** A statement, prepared once. */
  protected statement(sql: string): StatementSync {
    const known = this.#statements.get(sql) ?? this.database.prepare(sql)
    this.#statements.set(sql, known)
    return known
  }

  /** Runs one statement. @returns how many rows it changed */
  protected run(sql: string, values: readonly (string | number)[]): number {
    return this.guarded(() => Number(this.statement(sql).run(...values).changes))
  }
}
