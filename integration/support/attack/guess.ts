/** Guessing the password of alice from the kernel of another. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Kernel } from '../kernel.ts'

const SCRIPT = readFileSync(join(import.meta.dirname, 'guess.sh'), 'utf8')
const GUESS_MS = 300_000

/** Guesses forty times. @returns how many were tried, how many were turned away, and how many seconds it took */
export async function guessAlice(
  kernel: Kernel,
): Promise<{ tried: number; refused: number; seconds: number }> {
  const begun = Date.now()
  const { output } = await kernel.shell(SCRIPT, GUESS_MS)
  const counts = new Map(
    output
      .trim()
      .split('\n')
      .map((line): [string, number] => {
        const [count, status = ''] = line.trim().split(' ')
        return [status, Number(count)]
      }),
  )
  const refused = counts.get('429') ?? 0
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0)
  return { tried: all - refused, refused, seconds: (Date.now() - begun) / 1000 }
}
