/** Files that are named on a command line; `-` is standard input. */
import { UsageError } from '../errors.ts'
import type { Reader } from '../host/host.ts'

/** Twice what the largest roster may have. */
const MAX_BYTES = 2 * 1024 ** 2

/** The text of a file, or of standard input for `-`. @throws UsageError when there is none */
export async function readInput(reader: Reader, path: string): Promise<string> {
  if (path !== '-') {
    const text = await reader.readFile(path)
    if (text === undefined) throw new UsageError(`there is no file ${path}`)
    return text
  }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of process.stdin) {
    chunks.push(Buffer.from(chunk))
    size += chunk.length
    if (size > MAX_BYTES) throw new UsageError('standard input has more than 2 MB; is it the right file?')
  }
  return Buffer.concat(chunks).toString()
}
