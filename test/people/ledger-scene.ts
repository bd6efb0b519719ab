/** A fresh ledger for every test, in a folder of its own; the file that imports this sees the one of the test that runs. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach } from 'vitest'

import { type IdRange, type Ledger, openLedger } from '../../src/people/ledger.ts'

export const range: IdRange = {
  min: 20_000,
  max: 59_999,
  taken: () => false,
  occupied: () => false,
  homes: '/home',
}
export let folder = ''
export let path = ''
export let ledger: Ledger

/** Opens the file anew; the one that was open has been closed. */
export function openAgain(): void {
  ledger = openLedger(path)
}

export function reopen(): void {
  ledger.close()
  openAgain()
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-'))
  path = join(folder, 'ledger.sqlite')
  openAgain()
})
afterEach(() => {
  ledger.close()
  rmSync(folder, { recursive: true, force: true })
})
