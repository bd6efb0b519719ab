/** What a path is, from what lstat(2) says of it. Pure. */
import type { PathState } from './host.ts'

/** The part of a stat that counts. */
export interface Stat {
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  readonly mtimeMs: number
}

/** File type bits of a mode, inode(7). */
const [TYPE, FILE, DIRECTORY, LINK] = [0o170000, 0o100000, 0o040000, 0o120000]

function typeOf(mode: number): PathState['type'] {
  const kind = mode & TYPE
  if (kind === FILE) return 'file'
  if (kind === DIRECTORY) return 'directory'
  return kind === LINK ? 'symlink' : 'other'
}

export function pathState({ mode, uid, gid, size, mtimeMs }: Stat): PathState {
  return { type: typeOf(mode), mode: mode & 0o7777, uid, gid, size, mtimeMs }
}
