/** From a parsed command line to what a command works with. */
import type { Command } from 'commander'

import { BugError } from '../errors.ts'
import { local } from '../host/local.ts'
import type { Context } from './context.ts'
import { Output } from './output.ts'
import { openSession, type Session } from './session.ts'

/** An option that may be given several times. */
export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value]

const sessions = new WeakMap<Command, Session>()

/** Finds out who calls, before the command runs. @throws DeniedError */
export async function remember(command: Command): Promise<void> {
  sessions.set(command, await openSession(command, local))
}

/** What a command may use. */
export function contextOf(command: Command): Context {
  const options = command.optsWithGlobals<{ json?: boolean; verbose?: boolean; yes?: boolean }>()
  const session = sessions.get(command)
  if (session === undefined) throw new BugError('a command runs for nobody knows whom')
  const output = new Output({
    json: options.json === true,
    verbose: options.verbose === true,
    out: process.stdout,
    err: process.stderr,
  })
  return { host: local, output, yes: options.yes === true, ...session }
}
