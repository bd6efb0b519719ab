/** The six errors, sorted by who has to act. Exit codes follow sysexits(3) where it has one. */

/** Base of every error that is explained to the operator without a stack trace. */
export class TljhError extends Error {
  /** Written out, because the bundle has short names for classes. */
  override readonly name: string = 'TljhError'
  /** Exit code of the process. */
  readonly exitCode: number

  constructor(message: string, exitCode: number, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}

/** A wrong flag or argument: the operator mends it on the command line. */
export class UsageError extends TljhError {
  override readonly name = 'UsageError'
  constructor(message: string, options?: ErrorOptions) {
    super(message, 64, options)
  }
}

/** One mistake in a configuration file. Line and column count from 1; absent when the file has no place for it. */
export interface Problem {
  readonly file: string
  readonly line?: number
  readonly column?: number
  /** Dotted key, empty for the file as a whole. */
  readonly key: string
  /** What was expected and what was found. */
  readonly message: string
}

/** Shows a problem as `file:line:column: key: message`. */
function showProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':')
  return [place, problem.key, problem.message].filter((part) => part !== '').join(': ')
}

/** The configuration is wrong: the operator mends it in the file. Lists every problem. */
export class ConfigError extends TljhError {
  override readonly name = 'ConfigError'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(showProblem).join('\n'), 78)
    this.problems = problems
  }
}

/** The caller may not do this: an owner does it, or gives the right. EX_NOPERM of sysexits(3). */
export class DeniedError extends TljhError {
  override readonly name = 'DeniedError'
  constructor(message: string, options?: ErrorOptions) {
    super(message, 77, options)
  }
}

/** This machine cannot be managed as it is (not root, no systemd, lock held): the operator mends the machine. */
export class HostError extends TljhError {
  override readonly name = 'HostError'
  constructor(message: string, options?: ErrorOptions) {
    super(message, 69, options)
  }
}

/** A step of a resource failed: the operator reads, mends, and runs the same command again. */
export class StepError extends TljhError {
  override readonly name = 'StepError'
  constructor(message: string, options?: ErrorOptions) {
    super(message, 1, options)
  }
}

/** Something that cannot happen did: our bug. The only error that shows its stack. */
export class BugError extends TljhError {
  override readonly name = 'BugError'
  constructor(message: string, options?: ErrorOptions) {
    super(message, 70, options)
  }
}
