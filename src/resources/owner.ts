/** Who owns a path, by name: looked up in the machine's own account files. */
import { fieldsOf } from '../host/account-files.ts'
import type { PathState, Reader } from '../host/host.ts'

/** Owner and mode that a path is to have. */
export interface Ownership {
  readonly owner: string
  readonly group: string
  /** Permission bits, such as 0o644. */
  readonly mode: number
}

/** Owner root, group root. */
export const ROOT = { owner: 'root', group: 'root' } as const

async function idOf(reader: Reader, database: 'passwd' | 'group', name: string): Promise<number | undefined> {
  if (name === 'root') return 0
  const text = (await reader.readFile(`/etc/${database}`)) ?? ''
  const id = fieldsOf(text, name)?.[2]
  return id === undefined ? undefined : Number(id)
}

/** Whether the path has the wanted owner, group and mode; false when an account does not exist yet. */
export async function ownedAs(reader: Reader, state: PathState, want: Ownership): Promise<boolean> {
  if (state.mode !== want.mode) return false
  const [uid, gid] = await Promise.all([
    idOf(reader, 'passwd', want.owner),
    idOf(reader, 'group', want.group),
  ])
  return state.uid === uid && state.gid === gid
}
