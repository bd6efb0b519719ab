/** How operators and instructors call tljh: typed into a terminal of their own server, or run by their unix account. */
import { stripVTControlCharacters } from 'node:util'

import type { Machine } from './machine.ts'
import type { Terminal } from './terminal.ts'

interface Said {
  readonly code: number
  /** Both outputs; of a terminal the whole screen. */
  readonly text: string
}

/** Runs `sudo -n tljh` with words that need no quoting. @param input standard input, without quotes in it */
export type Sudo = (words: string, input?: string) => Promise<Said>

const LIMIT_MS = 90_000

/** Types it into a terminal. @throws Error when the terminal is closed */
export function typedInto(terminal: Terminal): Sudo {
  return async (words, input) => {
    const feed = input === undefined ? '' : `printf '${input.replaceAll('\n', String.raw`\n`)}' | `
    const screen = await terminal.run(`${feed}sudo -n tljh ${words}; echo "ended: $?"`, LIMIT_MS)
    const text = stripVTControlCharacters(screen)
    return { code: Number(/ended: (\d+)/.exec(text)?.[1] ?? Number.NaN), text }
  }
}

/** Runs it as the account, outside of any server. */
export function runBy(machine: Machine, user: string): Sudo {
  return async (words, input = '') => {
    const argv = ['sudo', '-n', 'tljh', ...words.split(' ')]
    const { code, stdout, stderr } = await machine.run(argv, { user, input, timeoutMs: LIMIT_MS })
    return { code, text: stdout + stderr }
  }
}
