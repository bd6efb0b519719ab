/** Reads the account files once as long as nobody writes them: a run asks for them a few hundred times. */

type Ask<T> = (path: string) => Promise<T | undefined>

const ACCOUNT_FILES = new Set(['/etc/passwd', '/etc/group', '/etc/shadow', '/etc/gshadow'])

/**
 * Reads as `read` does; an account file is only read again when it is another one.
 * @param stamp what differs between any two versions of a file; undefined for none
 */
export function unchanged(read: Ask<string>, stamp: Ask<string>): Ask<string> {
  const seen = new Map<string, { stamp: string; text: string }>()
  return async (path) => {
    if (!ACCOUNT_FILES.has(path)) return read(path)
    const now = await stamp(path)
    const known = seen.get(path)
    if (now !== undefined && known?.stamp === now) return known.text
    const text = await read(path)
    if (now !== undefined && text !== undefined) seen.set(path, { stamp: now, text })
    return text
  }
}
