/** The ledger's passwords, by hub name. */
import { Table } from './database.ts'
import { type Password, text } from './rows.ts'

export class Passwords extends Table {
  /** The password of a hub name; undefined when none was set. */
  find(hubName: string): Password | undefined {
    return this.guarded(() => {
      const row = this.statement('SELECT hash, one_time, changed_at FROM passwords WHERE hub_name = ?').get(
        hubName,
      )
      if (row === undefined) return undefined
      return { hash: text(row, 'hash'), oneTime: row['one_time'] === 1, changedAt: text(row, 'changed_at') }
    })
  }

  /** Sets a password, whatever was there before. */
  set(hubName: string, hash: string, oneTime: boolean): void {
    this.run(
      `INSERT INTO passwords (hub_name, hash, one_time, changed_at) VALUES (?, ?, ?, ?) ON CONFLICT (hub_name)
       DO UPDATE SET hash = excluded.hash, one_time = excluded.one_time, changed_at = excluded.changed_at`,
      [hubName, hash, oneTime ? 1 : 0, new Date().toISOString()],
    )
  }

  /** Replaces a password by the person's own choice; false when it is no longer the old one (two changes at once). */
  change(hubName: string, oldHash: string, newHash: string): boolean {
    return (
      this.run(
        'UPDATE passwords SET hash = ?, one_time = 0, changed_at = ? WHERE hub_name = ? AND hash = ?',
        [newHash, new Date().toISOString(), hubName, oldHash],
      ) === 1
    )
  }

  /** Forgets a password: nobody can log in with it any more. */
  remove(hubName: string): void {
    this.run('DELETE FROM passwords WHERE hub_name = ?', [hubName])
  }
}
