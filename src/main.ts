/** The CLI's entry: runs the program, and is the only place that maps errors to exit codes. */
import { enableCompileCache } from 'node:module'
import { arch, release } from 'node:os'

import type { CommanderError } from 'commander'

import { releaseVersion } from './assets.ts'
import { StepError, TljhError, UsageError } from './errors.ts'

/** Code that is cached is code that runs: the cache lies where only root can write. */
if (process.getuid?.() === 0) enableCompileCache('/opt/tljh/cache/node')

const BUG = 70

/** A reader that went away (`tljh … | head`) ends nothing; any other fault of the output does, and says so. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return
  process.stderr.write(`error: the result cannot be written: ${error.message}\n`)
  process.exitCode = new StepError('').exitCode
})
process.stderr.on('error', () => undefined)

const json = process.argv.includes('--json')

function tell({ name, message, exitCode }: TljhError): number {
  process.stderr.write(
    json ? `${JSON.stringify({ error: name, message, exitCode })}\n` : `error: ${message}\n`,
  )
  return exitCode
}

/** commander has explained its own errors already, but not as JSON. */
function misuse({ exitCode, message }: CommanderError): number {
  if (exitCode === 0) return 0
  const error = new UsageError(message.replace(/^error: /, ''))
  return json ? tell(error) : error.exitCode
}

function isMisuse(error: unknown): error is CommanderError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('commander.')
}

async function explain(error: unknown): Promise<number> {
  if (isMisuse(error)) return misuse(error)
  if (error instanceof TljhError && error.exitCode !== BUG) return tell(error)
  const { version, id } = await releaseVersion()
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  process.stderr.write(
    `error: this is a mistake in tljh itself. Please report these lines:\n` +
      `littlest-hub ${version} (${id}), Node ${process.version}, Linux ${release()} ${arch()}\n${stack}\n`,
  )
  return BUG
}

try {
  // Imported only now, so that it comes out of the cache.
  const { program } = await import('./cli/program.ts')
  await program((code) => {
    process.exitCode = code
  }).parseAsync()
} catch (error) {
  process.exitCode = await explain(error)
}
