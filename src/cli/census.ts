/** Who is who: the ledger brought in line with the config, in one transaction. */
import type { Config } from '../config/schema.ts'
import { HostError } from '../errors.ts'
import type { Reader } from '../host/host.ts'
import type { KnownPerson } from '../hub/inputs.ts'
import type { Access } from '../people/access.ts'
import { idRangeOf } from '../people/id-range.ts'
import {
  emptyLedger,
  type IdRange,
  type Ledger,
  occupiedBy,
  openLedger,
  type Person,
} from '../people/ledger.ts'
import { PATHS } from './context.ts'

/** Names and numbers that this machine has already. */
export async function idRange(reader: Reader, { users, homes }: Config): Promise<IdRange> {
  const [passwd = '', group = ''] = await Promise.all([
    reader.readFile('/etc/passwd'),
    reader.readFile('/etc/group'),
  ])
  const range = { min: users.uid_min, max: users.uid_max, homes: homes.path }
  return idRangeOf(range, () => ({ passwd, group }))
}

/** Opens the ledger for the work and closes it after; an empty one where none is yet. */
export async function withLedger<T>(reader: Reader, work: (ledger: Ledger) => T): Promise<Awaited<T>> {
  const ledger = (await reader.lstat(PATHS.ledger)) === undefined ? emptyLedger() : openLedger(PATHS.ledger)
  try {
    return await work(ledger)
  } finally {
    ledger.close()
  }
}

/** Does the work in the ledger in one transaction: all of it or none. */
export function inLedger<T>(reader: Reader, work: (ledger: Ledger) => T): Promise<Awaited<T>> {
  return withLedger(reader, (ledger) => ledger.together(() => work(ledger)))
}

/** Everybody of the ledger, with what they may do. */
export function everybody(ledger: Ledger): readonly KnownPerson[] {
  const access = ledger.access.all()
  return ledger.list().map((person) => ({ person, access: access.get(person.hubName) }))
}

/** Newcomers whose unix name is somebody's of this machine, each with the sentence about it. */
function inTheWay(ledger: Ledger, names: readonly string[], range: IdRange): ReadonlyMap<string, string> {
  return new Map(
    names
      .map((name) => ({ name, unix: ledger.candidate(name) }))
      .filter(({ unix }) => range.occupied(unix))
      .map(({ name, unix }) => [name, occupiedBy(name, unix)] as const),
  )
}

const LEFT = 'no longer in config.yaml or a roster'

/** @param named whether the config lets this person log in */
function followConfig(ledger: Ledger, { hubName, lock, state }: Person, named: boolean): void {
  if (state === 'gone') {
    if (!named) return
    throw new HostError(
      `${hubName} was taken off this machine; take the name out of config.yaml and the rosters`,
    )
  }
  if (named && lock?.by === 'config') ledger.unlock(hubName)
  if (!named && lock === undefined) ledger.lock(hubName, 'config', LEFT)
}

/** @throws HostError for a rename that was cut off before the config had the new name: the old one is nobody else's */
function checkRenames(ledger: Ledger, access: ReadonlyMap<string, Access>): void {
  for (const [from, to] of ledger.renames.pending()) {
    if (access.has(from) && !access.has(to) && ledger.find(from) === undefined) {
      throw new HostError(
        `the rename of ${from} to ${to} was cut off; to finish it: sudo tljh user rename ${from} ${to}`,
      )
    }
  }
}

/** The ledger as the config wants it, apart from those who cannot have an account. */
export interface Aligned {
  readonly people: readonly KnownPerson[]
  /** Why some have no row: a sentence for each account of somebody else. With any of these nothing may be kept. */
  readonly inTheWay: readonly string[]
}

/**
 * Writes into the ledger what the config says: new people get their row, those who are no longer named are locked, those
 * who came back are let in again. A lock that was set by hand stays.
 * @throws HostError for somebody who was taken off this machine, and for a rename that was cut off
 */
export function alignWhereFree(ledger: Ledger, access: ReadonlyMap<string, Access>, range: IdRange): Aligned {
  checkRenames(ledger, access)
  const known = new Map(ledger.list().map((person) => [person.hubName, person]))
  const newcomers = [...access.keys()].filter((name) => !known.has(name))
  const taken = inTheWay(ledger, newcomers, range)
  for (const name of newcomers) if (!taken.has(name)) ledger.ensure(name, range)
  for (const person of known.values()) followConfig(ledger, person, access.has(person.hubName))
  ledger.access.replace(access)
  return { people: everybody(ledger), inTheWay: [...taken.values()] }
}

/** The same where nothing may be in the way. @throws HostError that names all that is */
export function align(
  ledger: Ledger,
  access: ReadonlyMap<string, Access>,
  range: IdRange,
): readonly KnownPerson[] {
  const aligned = alignWhereFree(ledger, access, range)
  if (aligned.inTheWay.length > 0) throw new HostError(aligned.inTheWay.join('\n'))
  return aligned.people
}
