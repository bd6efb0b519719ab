/** A Reader for looking around: what may not be read counts as absent, and few commands run at once. */
import type { Reader } from '../host/host.ts'

/** Commands at once: enough to hide waiting, few enough for one core. */
const AT_ONCE = 8

/** Runs pieces of work, at most `limit` at a time, in the order given. */
function turnstile(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let free = limit
  const leave = (): void => {
    const next = waiting.shift()
    if (next === undefined) free += 1
    else next()
  }
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => void waiting.push(resolve))
    return work().finally(leave)
  }
}

async function orElse<T>(work: Promise<T>, absent: T): Promise<T> {
  try {
    return await work
  } catch {
    return absent
  }
}

/** Wraps a reader so that preflight also runs without root, where much may not be read. `room` still throws. */
export function carefulReader(reader: Reader): Reader {
  const inTurn = turnstile(AT_ONCE)
  return {
    query: (argv, options) =>
      inTurn(() => orElse(reader.query(argv, options), { code: 127, stdout: '', stderr: '' })),
    lstat: (path) => orElse(reader.lstat(path), undefined),
    readFile: (path) => orElse(reader.readFile(path), undefined),
    readLink: (path) => orElse(reader.readLink(path), undefined),
    list: (path) => orElse(reader.list(path), []),
    room: (path) => reader.room(path),
  }
}

/** Links followed before a path counts as a loop; the kernel allows 40. */
const MAX_LINKS = 8

/** The path behind links in its last part: `/usr/bin/python3` becomes `/usr/bin/python3.11`. */
export async function resolveLink(reader: Reader, path: string, left: number = MAX_LINKS): Promise<string> {
  const target = left > 0 ? await reader.readLink(path) : undefined
  if (target === undefined) return path
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  return resolveLink(reader, target.startsWith('/') ? target : `${folder}${target}`, left - 1)
}
