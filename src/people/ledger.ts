/**
 * The ledger: the only source of who is whose account, and the passwords of people who log in by password. Pairs and
 * numbers are kept for ever: a unix name, uid or gid is never given twice. Other modules keep their own tables in the
 * same file (`receipts`).
 */
import type { DatabaseSync } from 'node:sqlite'

import { BugError, HostError } from '../errors.ts'
import { guarded, openDatabase, transaction } from './database.ts'
import { HASH_DIGITS, parseHubName, unixName } from './names.ts'
import {
  migrate,
  number,
  type Password,
  PEOPLE,
  type Person,
  type PersonState,
  personOf,
  text,
} from './rows.ts'

export type { Password, Person, PersonState } from './rows.ts'

/** Where numbers for new people come from. */
export interface IdRange {
  readonly min: number
  readonly max: number
  /** True when the machine already has this number as uid or gid. */
  taken(id: number): boolean
}

/** The open ledger. Every method explains a damaged, full or busy file with a HostError. */
export class Ledger {
  readonly #database: DatabaseSync
  readonly #path: string

  constructor(database: DatabaseSync, path: string) {
    this.#database = database
    this.#path = path
  }

  /** The person of a hub name in normal form; undefined when there is none. */
  find(hubName: string): Person | undefined {
    return this.#guarded(() => {
      const row = this.#database.prepare(`${PEOPLE} WHERE hub_name = ?`).get(hubName)
      return row === undefined ? undefined : personOf(row)
    })
  }

  /** Everybody, by hub name. */
  list(): readonly Person[] {
    return this.#guarded(() => this.#database.prepare(`${PEOPLE} ORDER BY hub_name`).all().map(personOf))
  }

  /** The person of a hub name in normal form; makes the row (state `new`) when there is none. @throws HostError */
  ensure(hubName: string, range: IdRange): Person {
    const found = this.find(hubName)
    if (found !== undefined) return found
    const parsed = parseHubName(hubName)
    if (!parsed.ok || parsed.name !== hubName)
      throw new BugError('a name that was not checked came to the ledger')
    return this.#guarded(() =>
      transaction(this.#database, () => this.find(hubName) ?? this.#add(hubName, range)),
    )
  }

  /** Does many things in one transaction: all of them or none, and one wait for the disk. */
  together<T>(work: () => T): T {
    return this.#guarded(() => transaction(this.#database, work))
  }

  /** Says that an account is complete, locked or gone. */
  setState(hubName: string, state: PersonState): void {
    this.#run('UPDATE people SET state = ? WHERE hub_name = ?', [state, hubName])
  }

  /** The password of a hub name; undefined when none was set. */
  password(hubName: string): Password | undefined {
    return this.#guarded(() => {
      const row = this.#database
        .prepare('SELECT hash, one_time, changed_at FROM passwords WHERE hub_name = ?')
        .get(hubName)
      if (row === undefined) return undefined
      return { hash: text(row, 'hash'), oneTime: row['one_time'] === 1, changedAt: text(row, 'changed_at') }
    })
  }

  /** Sets a password, whatever was there before. */
  setPassword(hubName: string, hash: string, oneTime: boolean): void {
    this.#run(
      `INSERT INTO passwords (hub_name, hash, one_time, changed_at) VALUES (?, ?, ?, ?) ON CONFLICT (hub_name)
       DO UPDATE SET hash = excluded.hash, one_time = excluded.one_time, changed_at = excluded.changed_at`,
      [hubName, hash, oneTime ? 1 : 0, new Date().toISOString()],
    )
  }

  /** Replaces a password by the person's own choice; false when it is no longer the old one (two changes at once). */
  changePassword(hubName: string, oldHash: string, newHash: string): boolean {
    return (
      this.#run(
        'UPDATE passwords SET hash = ?, one_time = 0, changed_at = ? WHERE hub_name = ? AND hash = ?',
        [newHash, new Date().toISOString(), hubName, oldHash],
      ) === 1
    )
  }

  /** Forgets a password: nobody can log in with it any more. */
  removePassword(hubName: string): void {
    this.#run('DELETE FROM passwords WHERE hub_name = ?', [hubName])
  }

  close(): void {
    this.#database.close()
  }

  #guarded<T>(work: () => T): T {
    return guarded(this.#path, work)
  }

  #run(sql: string, values: readonly (string | number)[]): number {
    return this.#guarded(() => Number(this.#database.prepare(sql).run(...values).changes))
  }

  #add(hubName: string, range: IdRange): Person {
    const id = this.#nextId(range)
    const since = new Date().toISOString()
    const person: Person = {
      hubName,
      unixName: this.#freeName(hubName),
      uid: id,
      gid: id,
      state: 'new',
      since,
    }
    this.#run('INSERT INTO people VALUES (?, ?, ?, ?, ?, ?)', [
      hubName,
      person.unixName,
      id,
      id,
      person.state,
      since,
    ])
    return person
  }

  /** TLJH's name, or one with a longer hash when somebody else has it. */
  #freeName(hubName: string): string {
    const used = this.#database.prepare('SELECT 1 FROM people WHERE unix_name = ?')
    const free = HASH_DIGITS.map((digits) => unixName(hubName, digits)).find(
      (name) => used.get(name) === undefined,
    )
    if (free === undefined) throw new BugError(`no free unix name for ${hubName}`)
    return free
  }

  /** The next number that neither the ledger nor the machine has; the counter only goes up. */
  #nextId(range: IdRange): number {
    const row = this.#database.prepare(`SELECT next FROM counters WHERE name = 'id'`).get()
    const used = this.#database.prepare('SELECT 1 FROM people WHERE uid = ?1 OR gid = ?1')
    let id = Math.max(range.min, row === undefined ? range.min : number(row, 'next'))
    while (id <= range.max && (range.taken(id) || used.get(id) !== undefined)) id += 1
    if (id > range.max) {
      throw new HostError(
        `all numbers from ${range.min} to ${range.max} are used: no new person can get a uid`,
      )
    }
    this.#run(`INSERT INTO counters VALUES ('id', ?1) ON CONFLICT (name) DO UPDATE SET next = ?1`, [id + 1])
    return id
  }
}

/** Opens the ledger, making an empty one where none is; its folder must exist. @throws HostError with the way out */
export function openLedger(path: string): Ledger {
  const database = openDatabase(path)
  try {
    guarded(path, () => {
      migrate(database, path)
    })
  } catch (error) {
    database.close()
    throw error
  }
  return new Ledger(database, path)
}
