/** The interface of a kind of resource: look, then decide. */
import type { Reader } from '../host/host.ts'
import type { Step } from '../host/step.ts'

export interface Kind<Want, Have> {
  /** Reads what is there. Changes nothing. */
  observe(reader: Reader, want: Want): Promise<Have>
  /** The steps from what is there to what is wanted, in order; empty when settled. Pure. */
  plan(want: Want, have: Have): Step[]
}
