/** Renames that the config does not know of yet: whoever is killed between ledger and config leaves one. */
import { Table } from './database.ts'
import { text } from './rows.ts'

export class Renames extends Table {
  /** New hub names by old ones. */
  pending(): ReadonlyMap<string, string> {
    return this.guarded(() => {
      const rows = this.statement('SELECT old_name, hub_name FROM renames').all()
      return new Map(rows.map((row) => [text(row, 'old_name'), text(row, 'hub_name')]))
    })
  }

  add(oldName: string, hubName: string): void {
    this.run('INSERT OR REPLACE INTO renames VALUES (?, ?)', [oldName, hubName])
  }

  /** Config and ledger agree. A DELETE of everything would write the file even where nothing is to delete. */
  clear(): void {
    for (const oldName of this.pending().keys()) this.run('DELETE FROM renames WHERE old_name = ?', [oldName])
  }
}
