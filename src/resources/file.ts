/** A file with a text, an owner and a mode. */
import type { Step } from '../host/step.ts'
import type { Kind } from './kind.ts'
import { ownedAs } from './owner.ts'
import type { Ownership } from './owner.ts'

export interface File extends Ownership {
  readonly kind: 'file'
  readonly path: string
  readonly text: string
  /** The text never appears in plans, logs or receipts. */
  readonly secret?: boolean
  /** A command that must accept the new file before it is put in place; `{}` stands for the file. */
  readonly check?: readonly string[]
  /** Written only where there is no file: what is there belongs to the operator or was drawn by chance. */
  readonly once?: boolean
}

export interface FileState {
  readonly exists: 'absent' | 'file' | 'other'
  readonly text: string | undefined
  readonly owned: boolean
}

export const file: Kind<File, FileState> = {
  async observe(reader, want) {
    const state = await reader.lstat(want.path)
    if (state === undefined) return { exists: 'absent', text: undefined, owned: false }
    if (state.type !== 'file') return { exists: 'other', text: undefined, owned: false }
    return {
      exists: 'file',
      text: await reader.readFile(want.path),
      owned: await ownedAs(reader, state, want),
    }
  },

  plan(want, have) {
    const { path, text, mode, owner, group, secret = false } = want
    const steps: Step[] = have.exists === 'other' ? [{ do: 'remove', path }] : []
    const keep = want.once === true && have.exists === 'file'
    if (have.text !== text && !keep) {
      const check = want.check === undefined ? {} : { check: want.check }
      return [...steps, { do: 'write', path, text, mode, owner, group, secret, ...check }]
    }
    return have.owned ? steps : [...steps, { do: 'attributes', path, mode, owner, group }]
  },
}
