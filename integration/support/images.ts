/** The images that global setup hands to the tests. */
import type { ImageKind, Suite } from './machine.ts'

/** An image of the driver, or why there is none. */
export interface Image {
  readonly name: string
  /** One-time password of boss on an installed image. */
  readonly password?: string
  /** Why it could not be made, with the end of the log. */
  readonly error?: string
}

export interface Images extends Readonly<Record<ImageKind, Readonly<Record<Suite, Image>>>> {
  /** The test run's process: machines are removed when it is gone. */
  readonly owner: number
}

declare module 'vitest' {
  interface ProvidedContext {
    images: Images
    /** Why machines cannot run here; empty when they can. */
    noMachines: string
  }
}
