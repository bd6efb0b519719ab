/** What a part of the benchmark is: it measures on an installed machine and returns rows. */
import type { Machine } from '../../integration/support/machine.ts'
import type { Row } from '../support/row.ts'

export interface Bench {
  /** A machine with a finished installation. */
  readonly machine: Machine
  /** Folder of the release on this host. */
  readonly release: string
  /** Repetitions of short things; long ones are done less often, in proportion. */
  readonly rounds: number
}

export type Part = (bench: Bench) => Promise<readonly Row[]>
