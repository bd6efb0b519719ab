/** The ledger of a machine, read and changed from this host: states that no command shows or leaves. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

import type { Machine } from './machine.ts'

const LEDGER = '/opt/tljh/state/ledger.sqlite'
/** Milliseconds to wait while a command of the machine writes. */
const BUSY_MS = 10_000

function opened<T>(machine: Machine, work: (ledger: DatabaseSync) => T): T {
  const ledger = new DatabaseSync(machine.path(LEDGER), { timeout: BUSY_MS })
  try {
    return work(ledger)
  } finally {
    ledger.close()
  }
}

/** The rows that a query gives. */
export function ledgerRows(machine: Machine, sql: string): readonly Readonly<Record<string, unknown>>[] {
  return opened(machine, (ledger) =>
    ledger
      .prepare(sql)
      .all()
      .map((row) => ({ ...row })),
  )
}

/** Changes rows behind the back of every command. */
export function changeLedger(machine: Machine, sql: string, ...values: readonly SQLInputValue[]): void {
  opened(machine, (ledger) => ledger.prepare(sql).run(...values))
}

/** Every row of every table as text, to be compared with another. */
export function wholeLedger(machine: Machine): string {
  const tables = ledgerRows(machine, `SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`)
  return tables
    .map(
      ({ name }) => `${String(name)} ${JSON.stringify(ledgerRows(machine, `SELECT * FROM ${String(name)}`))}`,
    )
    .join('\n')
}
