/** Many commands and requests to the helper in one go: each by itself costs more in coming and going than in itself. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { CommandResult } from '../../../src/host/host.ts'
import type { Machine } from '../machine.ts'
import type { HelperAnswer } from './ask.ts'

const SCRIPT = readFileSync(join(import.meta.dirname, 'many.py'), 'utf8')

type Piece = string | Uint8Array

export interface Many {
  /** Command lines as root; arguments may be bytes that are no text. */
  readonly commands?: readonly (readonly Piece[])[]
  /** Lines to the helper, as the hub. */
  readonly lines?: readonly Piece[]
}

const base64 = (piece: Piece): string => Buffer.from(piece).toString('base64')

/** Does everything. @returns results and answers in the order of the task */
export async function many(
  machine: Machine,
  { commands = [], lines = [] }: Many,
): Promise<{ commands: readonly CommandResult[]; answers: readonly HelperAnswer[] }> {
  const input = JSON.stringify({
    commands: commands.map((argv) => argv.map(base64)),
    lines: lines.map(base64),
  })
  const output = await machine.ok(['/usr/bin/python3', '-I', '-c', SCRIPT], { input, timeoutMs: 200_000 })
  const done = JSON.parse(output) as { commands: CommandResult[]; lines: string[] }
  return { commands: done.commands, answers: done.lines.map((line) => JSON.parse(line) as HelperAnswer) }
}
