/** Who may do what, as the config said at the last settle: the helper looks here, so one request costs one row. */
import { BugError } from '../errors.ts'
import { isFields } from '../fields.ts'
import { type Access, formatAccess, ROLES } from './access.ts'
import { Table } from './database.ts'
import { text } from './rows.ts'

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string')

function parseAccess(stored: string): Access {
  const value: unknown = JSON.parse(stored)
  const { role, groups, teaches } = isFields(value) ? value : {}
  const known = ROLES.find((name) => name === role)
  if (known === undefined || !isTexts(groups) || !isTexts(teaches))
    throw new BugError('the ledger holds an access that nobody knows')
  return { role: known, groups, teaches }
}

export class Accesses extends Table {
  /** What a hub name may do; undefined for somebody who may not log in. */
  find(hubName: string): Access | undefined {
    return this.guarded(() => {
      const row = this.statement('SELECT access FROM access WHERE hub_name = ?').get(hubName)
      return row === undefined ? undefined : parseAccess(text(row, 'access'))
    })
  }

  /** Everybody who may do something, by hub name. */
  all(): ReadonlyMap<string, Access> {
    return new Map([...this.#stored()].map(([name, stored]) => [name, parseAccess(stored)]))
  }

  /** Makes this the whole list; only what differs is written. */
  replace(wanted: ReadonlyMap<string, Access>): void {
    const before = this.#stored()
    for (const name of before.keys()) {
      if (!wanted.has(name)) this.run('DELETE FROM access WHERE hub_name = ?', [name])
    }
    for (const [name, access] of wanted) {
      const stored = formatAccess(access)
      if (before.get(name) !== stored) this.run('INSERT OR REPLACE INTO access VALUES (?, ?)', [name, stored])
    }
  }

  #stored(): ReadonlyMap<string, string> {
    return this.guarded(
      () =>
        new Map(
          this.statement('SELECT hub_name, access FROM access')
            .all()
            .map((row) => [text(row, 'hub_name'), text(row, 'access')]),
        ),
    )
  }
}
