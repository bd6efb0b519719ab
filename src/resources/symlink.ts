/** A symbolic link, or no path at all. */
import type { Kind } from './kind.ts'

export interface Symlink {
  readonly kind: 'symlink'
  readonly path: string
  readonly target: string
}

export const symlink: Kind<Symlink, string | undefined> = {
  observe: (reader, want) => reader.readLink(want.path),
  plan: ({ path, target }, have) => (have === target ? [] : [{ do: 'link', path, target }]),
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
