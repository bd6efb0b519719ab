/** A folder with an owner and a mode. What is in it is not looked at. */
import { HostError } from '../errors.ts'
import type { Kind } from './kind.ts'
import { ownedAs } from './owner.ts'
import type { Ownership } from './owner.ts'

export interface Directory extends Ownership {
  readonly kind: 'directory'
  readonly path: string
}

export type DirectoryState = 'absent' | 'other' | 'foreign' | 'settled'

export const directory: Kind<Directory, DirectoryState> = {
  async observe(reader, want) {
    const state = await reader.lstat(want.path)
    if (state === undefined) return 'absent'
    if (state.type !== 'directory') return 'other'
    return (await ownedAs(reader, state, want)) ? 'settled' : 'foreign'
  },

  plan({ path, mode, owner, group }, have) {
    switch (have) {
      case 'settled':
        return []
      case 'foreign':
        return [{ do: 'attributes', path, mode, owner, group }]
      case 'other':
        // A file or a link that somebody put here is not ours to remove: what is behind it may be all of their work.
        throw new HostError(
          `${path} is there, but is no folder; move it away, then run the same command again`,
        )
      case 'absent':
        return [{ do: 'mkdir', path, mode, owner, group }]
    }
  },
}
