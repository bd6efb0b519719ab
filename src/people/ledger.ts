/**
 * The ledger: the only source of who is whose account. Pairs and numbers are kept for ever: a unix name, uid or gid is
 * never given twice. Beside the people it holds what they may do and their passwords.
 */
import { DatabaseSync } from 'node:sqlite'

import { BugError, HostError } from '../errors.ts'
import { Accesses } from './access-table.ts'
import { guarded, openDatabase, Table, transaction } from './database.ts'
import { assertHubName, HASH_DIGITS, slugOf, unixName } from './names.ts'
import { Passwords } from './password-table.ts'
import { Renames } from './rename-table.ts'
import { type LockedBy, migrate, number, PEOPLE, type Person, personOf, type PersonState } from './rows.ts'

export { closedAccount, isShutOut } from './rows.ts'
export type { Lock, LockedBy, Password, Person, PersonState } from './rows.ts'

/** Where numbers and names for new people come from. */
export interface IdRange {
  readonly min: number
  readonly max: number
  /** True when the machine already has this number as uid or gid. */
  taken(id: number): boolean
  /** True when the machine already has an account of this name. */
  occupied(unixName: string): boolean
  /** The folder of new homes. */
  readonly homes: string
}

/** An account of the machine that becomes a person's. */
export type Adopted = Pick<Person, 'unixName' | 'uid' | 'gid' | 'home'>

/** What an account that nobody's is in the way of, and the way out. */
export function occupiedBy(hubName: string, unix: string): string {
  return (
    `the account ${unix} is on this machine already and belongs to nobody of this hub; ` +
    `if it is ${hubName}'s: \`sudo tljh user adopt ${hubName} --unix ${unix}\``
  )
}

/** The open ledger. Every method explains a damaged, full or busy file with a HostError. */
export class Ledger extends Table {
  readonly passwords: Passwords
  readonly access: Accesses
  readonly renames: Renames

  constructor(database: DatabaseSync, path: string) {
    super(database, path)
    this.passwords = new Passwords(database, path)
    this.access = new Accesses(database, path)
    this.renames = new Renames(database, path)
  }

  /** The person of a hub name in normal form; undefined when there is none. */
  find(hubName: string): Person | undefined {
    return this.#by('hub_name', hubName)
  }

  /** The person of a unix account, by its number; undefined when there is none. */
  withUid(uid: number): Person | undefined {
    return this.#by('uid', uid)
  }

  /** Everybody, by hub name. */
  list(): readonly Person[] {
    return this.guarded(() => this.statement(`${PEOPLE} ORDER BY hub_name`).all().map(personOf))
  }

  /** The person of a hub name in normal form; makes the row (state `new`) when there is none. @throws HostError */
  ensure(hubName: string, range: IdRange): Person {
    const found = this.find(hubName)
    if (found !== undefined) return found
    assertHubName(hubName)
    return this.together(() => this.find(hubName) ?? this.#add(hubName, range))
  }

  /** The unix name that `ensure` would give. */
  candidate(hubName: string): string {
    const free = this.guarded(() => {
      const used = this.statement('SELECT 1 FROM people WHERE unix_name = ?1 OR slug = ?2')
      const names = HASH_DIGITS.map((digits) => unixName(hubName, digits))
      return names.find((name) => used.get(name, slugOf(name)) === undefined)
    })
    if (free === undefined) throw new BugError(`no free unix name for ${hubName}`)
    return free
  }

  /** Makes an account of the machine a person's, complete as it is. The caller has checked it. @throws HostError */
  adopt(hubName: string, { unixName: unix, uid, gid, home }: Adopted): Person {
    assertHubName(hubName)
    return this.together(() => {
      if (this.find(hubName) !== undefined) throw new HostError(`${hubName} has an account already`)
      const slug = slugOf(this.candidate(hubName))
      return this.#insert({ hubName, unixName: unix, slug, uid, gid, state: 'active', home, adopted: true })
    })
  }

  /** Gives a person another hub name; the account stays. @throws HostError when the new name is somebody's */
  rename(hubName: string, next: string): void {
    assertHubName(next)
    this.together(() => {
      if (this.find(next) !== undefined) throw new HostError(`${next} is somebody already`)
      for (const table of ['people', 'passwords', 'access']) {
        this.run(`UPDATE ${table} SET hub_name = ? WHERE hub_name = ?`, [next, hubName])
      }
      this.renames.add(hubName, next)
    })
  }

  /** Does many things in one transaction: all of them or none, and one wait for the disk. */
  together<T>(work: () => T): T {
    return this.guarded(() => transaction(this.database, work))
  }

  /**
   * Does things that take a while in one transaction. Others go on reading, and wait when they want to write.
   * @param keep false takes everything back in the end: what would come of it is then known
   */
  async attempt<T>(keep: boolean, work: () => Promise<T>): Promise<T> {
    this.guarded(() => {
      this.database.exec('BEGIN IMMEDIATE')
    })
    try {
      const result = await work()
      this.guarded(() => {
        this.database.exec(keep ? 'COMMIT' : 'ROLLBACK')
      })
      return result
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK')
      throw error
    }
  }

  /** Says that the accounts of everybody who may log in are complete. */
  completeAll(): void {
    this.run(
      `UPDATE people SET state = 'active' WHERE state = 'new' AND lock_by = ''
       AND hub_name IN (SELECT hub_name FROM access)`,
      [],
    )
  }

  /** Says that an account is complete, or gone. */
  setState(hubName: string, state: PersonState): void {
    this.run('UPDATE people SET state = ? WHERE hub_name = ?', [state, hubName])
  }

  /** Shuts somebody out; a lock that is there already is replaced. */
  lock(hubName: string, by: LockedBy, reason: string): void {
    this.run('UPDATE people SET lock_by = ?, lock_reason = ?, lock_since = ? WHERE hub_name = ?', [
      by,
      reason,
      new Date().toISOString(),
      hubName,
    ])
  }

  /** Lets somebody in again. */
  unlock(hubName: string): void {
    this.run(`UPDATE people SET lock_by = '', lock_reason = '', lock_since = '' WHERE hub_name = ?`, [
      hubName,
    ])
  }

  /** Forgives failed logins up to now. @param now milliseconds since 1970 */
  lift(hubName: string, now: number): void {
    this.run('UPDATE people SET lifted = ? WHERE hub_name = ?', [now, hubName])
  }

  /** Sets a login shell; empty for the usual one. */
  setShell(hubName: string, shell: string): void {
    this.run('UPDATE people SET shell = ? WHERE hub_name = ?', [shell, hubName])
  }

  close(): void {
    this.database.close()
  }

  #by(column: 'hub_name' | 'uid', value: string | number): Person | undefined {
    return this.guarded(() => {
      const row = this.statement(`${PEOPLE} WHERE ${column} = ?`).get(value)
      return row === undefined ? undefined : personOf(row)
    })
  }

  #add(hubName: string, range: IdRange): Person {
    const unix = this.candidate(hubName)
    if (range.occupied(unix)) throw new HostError(occupiedBy(hubName, unix))
    const id = this.#nextId(range)
    return this.#insert({
      hubName,
      unixName: unix,
      slug: slugOf(unix),
      uid: id,
      gid: id,
      state: 'new',
      home: `${range.homes}/${unix}`,
      adopted: false,
    })
  }

  #insert(row: Omit<Person, 'since' | 'shell' | 'lock' | 'lifted'>): Person {
    const since = new Date().toISOString()
    const { hubName, unixName: unix, slug, uid, gid, state, home, adopted } = row
    this.run(
      `INSERT INTO people (hub_name, unix_name, slug, uid, gid, state, since, home, adopted)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [hubName, unix, slug, uid, gid, state, since, home, Number(adopted)],
    )
    return { ...row, since, shell: '', lock: undefined, lifted: 0 }
  }

  /** The next number that neither the ledger nor the machine has; the counter only goes up. */
  #nextId(range: IdRange): number {
    const row = this.statement(`SELECT next FROM counters WHERE name = 'id'`).get()
    const used = this.statement('SELECT 1 FROM people WHERE uid = ?1 OR gid = ?1')
    let id = Math.max(range.min, row === undefined ? range.min : number(row, 'next'))
    while (id <= range.max && (range.taken(id) || used.get(id) !== undefined)) id += 1
    if (id > range.max) {
      throw new HostError(
        `all numbers from ${range.min} to ${range.max} are used: no new person can get a uid; ` +
          'widen users.uid_min and users.uid_max in config.yaml',
      )
    }
    this.run(`INSERT INTO counters VALUES ('id', ?1) ON CONFLICT (name) DO UPDATE SET next = ?1`, [id + 1])
    return id
  }
}

/** A ledger of nobody that is nowhere: for a machine that has none yet, and keeps having none. */
export function emptyLedger(): Ledger {
  const database = new DatabaseSync(':memory:')
  migrate(database, 'the ledger')
  return new Ledger(database, 'the ledger')
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
