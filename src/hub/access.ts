/** Who may log in, and as what, worked out from config.yaml and the rosters. Pure. */
import type { Config } from '../config/schema.ts'
import { type Access, type Role, ROLES } from '../people/access.ts'
import type { Roster } from '../people/roster.ts'

/** What was found about one person on the way. */
class Found {
  readonly #roles = new Set<Role>(['user'])
  readonly #groups = new Set<string>()
  readonly #teaches = new Set<string>()

  is(role: Role): void {
    this.#roles.add(role)
  }

  joins(group: string): void {
    this.#groups.add(group)
  }

  teaches(group: string): void {
    this.is('instructor')
    this.joins(group)
    this.#teaches.add(group)
  }

  /** The highest role counts. */
  access(): Access {
    const role = ROLES.find((name) => this.#roles.has(name)) ?? 'user'
    return { role, groups: [...this.#groups].toSorted(), teaches: [...this.#teaches].toSorted() }
  }
}

class People {
  readonly found = new Map<string, Found>()

  person(name: string): Found {
    const known = this.found.get(name) ?? new Found()
    this.found.set(name, known)
    return known
  }
}

function fromConfig(people: People, { users }: Config): void {
  for (const name of users.admin) people.person(name).is('owner')
  for (const name of users.operators) people.person(name).is('operator')
  for (const [group, names] of Object.entries(users.instructors)) {
    for (const name of names) people.person(name).teaches(group)
  }
  for (const name of users.allowed) people.person(name).is('user')
}

function fromRoster(people: People, roster: Roster): void {
  for (const { name, groups, role } of roster) {
    const person = people.person(name)
    person.is(role)
    for (const group of groups) {
      if (role === 'instructor') person.teaches(group)
      else person.joins(group)
    }
  }
}

/**
 * Everybody who may log in. Being a member of an extra group lets nobody in.
 * @returns by hub name, without the banned
 */
export function access(config: Config, rosters: readonly Roster[]): ReadonlyMap<string, Access> {
  const people = new People()
  fromConfig(people, config)
  for (const roster of rosters) fromRoster(people, roster)
  const banned = new Set(config.users.banned)
  for (const [group, names] of Object.entries(config.users.extra_user_groups)) {
    for (const name of names) people.found.get(name)?.joins(group)
  }
  return new Map(
    [...people.found]
      .filter(([name]) => !banned.has(name))
      .map(([name, found]) => [name, found.access()] as const),
  )
}
