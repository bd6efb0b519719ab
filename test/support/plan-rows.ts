/** A state and the steps from it: the form of every test of a plan. */
import { expect, test } from 'vitest'

import { showStep } from '../../src/host/step.ts'
import type { Kind } from '../../src/resources/kind.ts'

export interface PlanRow<Want, Have> {
  /** Completes the sentence "KIND: …"; every kind has a row `settled` and a row `absent`. */
  readonly name: string
  readonly want?: Partial<Want>
  readonly have: Have
  /** The steps as people see them. */
  readonly steps: readonly string[]
}

/** Adds a test for every row. */
export function testPlan<Want, Have>(
  kind: Kind<Want, Have>,
  want: Want,
  rows: readonly PlanRow<Want, Have>[],
): void {
  const names = rows.map(({ name }) => name)
  test('its plan is tested from what is settled and from what is absent', () => {
    expect(names).toEqual(expect.arrayContaining(['settled', 'absent']))
  })
  test.each(rows)('plan: $name', ({ want: changed, have, steps }) => {
    expect(kind.plan({ ...want, ...changed }, have).map(showStep)).toEqual(steps)
  })
}
