/**
 * A real ledger in a folder of its own for what finds it by its path. A test mocks the module of paths:
 * `vi.mock(import('../../src/cli/context.ts'), async (original) =>
 *   (await import('../support/ledger-file.ts')).movedPaths(original))`.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type IdRange, type Ledger, openLedger } from '../../src/people/ledger.ts'
import type { FakeHost } from './fake-host.ts'

type Paths = typeof import('../../src/cli/context.ts')

const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

/** Where it lies in this process. */
export const LEDGER = join(folder, 'ledger.sqlite')

/** Numbers and names of a machine that has no accounts. */
export const RANGE: IdRange = {
  min: 20_000,
  max: 59_999,
  homes: '/home',
  taken: () => false,
  occupied: () => false,
}

/** The module of paths, with the ledger and the lock of the machine here. */
export async function movedPaths(original: () => Promise<Paths>): Promise<object> {
  const paths = await original()
  return { ...paths, PATHS: { ...paths.PATHS, ledger: LEDGER, lock: join(folder, 'lock') } }
}

/** Does the work in the ledger as the last command left it. */
export function inLedgerFile<T>(work: (ledger: Ledger) => T): T {
  const ledger = openLedger(LEDGER)
  try {
    return work(ledger)
  } finally {
    ledger.close()
  }
}

/** A new ledger with nobody in it, and a host that has it. */
export function freshLedger(host: FakeHost, fill: (ledger: Ledger) => void = () => undefined): void {
  rmSync(LEDGER, { force: true })
  inLedgerFile(fill)
  host.put(LEDGER, { mode: 0o600 })
}
