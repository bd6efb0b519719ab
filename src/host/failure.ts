/** What is said of a command that failed, and of a path that cannot be read. Pure. */
import { HostError, StepError } from '../errors.ts'
import type { CommandResult } from './host.ts'
import { showStep } from './step.ts'
import type { CommandStep } from './step.ts'

/** Lines of a command's output that are shown with its failure. */
const LAST_LINES = 12

const tail = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-LAST_LINES)
    .map((line) => `    ${line}`)

/** A failed step: the command, how it ended, the last lines it said, and what `reason` said of it. */
export function commandFailure(step: CommandStep, result: CommandResult, reason: string): StepError {
  const { code, stdout, stderr } = result
  const how = code === 124 ? 'took too long and was ended' : `ended with exit code ${code}`
  return new StepError(
    [`${showStep(step)} ${how}`, ...tail(`${stdout}\n${stderr}`), ...tail(reason)].join('\n'),
  )
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'only root may; say sudo in front of the command',
  EPERM: 'this is not permitted here',
  EISDIR: 'it is a folder, not a file',
  ELOOP: 'its links lead in a circle',
  EIO: 'the disk gives errors; see: sudo dmesg',
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** Whether an error says that a path is not there. */
export function missing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')
}

/** A path that is there and cannot be read. @throws nothing; an error that is none of the system's comes back as it is */
export function unreadable(path: string, error: unknown): unknown {
  const code = codeOf(error)
  if (code === undefined) return error
  const reason = WORDS[code] ?? (error instanceof Error ? error.message : code)
  return new HostError(`${path} cannot be read: ${reason}`, { cause: error })
}
