/** A healthy machine with one thing spoilt, and what is said of it: the form of every test of a rule. */
import { expect, test } from 'vitest'

import type { Facts } from '../../src/preflight/facts.ts'
import type { Decided } from '../../src/preflight/rule.ts'
import { findings } from '../../src/preflight/rules.ts'
import { first, healthy } from './samples.ts'

export interface Row {
  readonly name: string
  /** The rule. */
  readonly id: string
  readonly facts?: Partial<Facts>
  readonly wanted?: Partial<Decided>
  /** The worst it says; `none` where it does not speak. */
  readonly level: 'stop' | 'ask' | 'warn' | 'ok' | 'none'
  /** Parts of the text. */
  readonly says?: readonly string[]
}

/** Adds a test for every row. Whatever is not `ok` also has to name its evidence and a way out. */
export function testRows(rows: readonly Row[]): void {
  test.each(rows)('$id: $name', ({ id, facts, wanted, level, says = [] }) => {
    const all = findings({ ...healthy, ...facts }, { ...first, ...wanted })
    const found = all.filter((finding) => finding.id === id)
    expect(found[0]?.level ?? 'none').toBe(level)
    const text = found.flatMap(({ what, evidence, fix }) => [what, evidence, fix]).join('\n')
    for (const part of says) expect(text).toContain(part)
    const poor = all.filter(
      (finding) => finding.evidence === '' || (finding.level === 'ok') !== (finding.fix === ''),
    )
    expect(poor).toEqual([])
  })
}
