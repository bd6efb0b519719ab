import { enableCompileCache } from 'node:module'
/** The CLI's entry: runs the program, and is the only place that maps errors to exit codes. */
import { arch, release } from 'node:os'

import { CommanderError } from 'commander'

import { releaseVersion } from './assets.ts'
import { program } from './cli/program.ts'
import { TljhError, UsageError } from './errors.ts'

/** Code that is cached is code that runs: the cache lies where only root can write. */
if (process.getuid?.() === 0) enableCompileCache('/opt/tljh/cache/node')

const BUG = 70

async function explain(error: unknown): Promise<number> {
  const json = process.argv.includes('--json')
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : new UsageError('').exitCode
  if (error instanceof TljhError && error.exitCode !== BUG) {
    const { name, message, exitCode } = error
    process.stderr.write(
      json ? `${JSON.stringify({ error: name, message, exitCode })}\n` : `error: ${message}\n`,
    )
    return exitCode
  }
  const { version, id } = await releaseVersion()
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    `error: this is a mistake in tljh itself. Please report these lines:\n` +
      `littlest-hub ${version} (${id}), Node ${process.version}, Linux ${release()} ${arch()}\n${stack}\n`,
  )
  return BUG
}

try {
  await program((code) => {
    process.exitCode = code
  }).parseAsync()
} catch (error) {
  process.exitCode = await explain(error)
}
