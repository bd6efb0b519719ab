/** A config with everybody in it, and the ledger's people for it: what tests about people begin with. */
import type { Config } from '../../src/config/schema.ts'
import type { KnownPerson } from '../../src/hub/inputs.ts'
import type { Access } from '../../src/people/access.ts'
import type { Lock, Person } from '../../src/people/ledger.ts'
import { config, knownBy, person } from '../support/server.ts'

export const users = (lines: string): Config => config(`users:\n${lines}`)
export const LOCK: Lock = { by: 'owner', reason: 'left', since: '2026-01-01T00:00:00.000Z' }

export const LINES = `  admin: [ada]
  operators: [olga]
  instructors: {course: [tina]}
  allowed: [bob, locked]
  banned: [eve]
  extra_user_groups: {course: [bob, eve, locked], spare: []}
`
/** Everybody of the ledger; `left` is in nothing any more. */
export const PEOPLE: readonly KnownPerson[] = knownBy(users(LINES), [
  'ada',
  'bob',
  'eve',
  'left',
  'locked',
  'olga',
  'tina',
]).map((known) =>
  known.person.hubName === 'locked' ? { ...known, person: { ...known.person, lock: LOCK } } : known,
)
export const known = (row: Partial<Person>, access?: Access): KnownPerson => ({
  person: person('zoe', row),
  access,
})
export const USER: Access = { role: 'user', groups: [], teaches: [] }
