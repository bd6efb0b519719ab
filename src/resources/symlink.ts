/** A symbolic link, or no path at all. */
import type { Step } from '../host/step.ts'
import type { Kind } from './kind.ts'

export interface Symlink {
  readonly kind: 'symlink'
  readonly path: string
  readonly target: string
}

/** Target of the link that is there; undefined for nothing, null for something that is no link. */
type SymlinkState = string | null | undefined

export const symlink: Kind<Symlink, SymlinkState> = {
  async observe(reader, { path }) {
    const target = await reader.readLink(path)
    return target ?? ((await reader.lstat(path)) === undefined ? undefined : null)
  },

  plan({ path, target }, have) {
    if (have === target) return []
    const clear: Step[] = have === null ? [{ do: 'remove', path }] : []
    return [...clear, { do: 'link', path, target }]
  },
}

/** A path that must not be there. */
export interface Absent {
  readonly kind: 'absent'
  readonly path: string
}

export const absent: Kind<Absent, boolean> = {
  observe: async (reader, want) => (await reader.lstat(want.path)) !== undefined,
  plan: ({ path }, exists) => (exists ? [{ do: 'remove', path }] : []),
}
