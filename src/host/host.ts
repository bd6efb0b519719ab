/** The machine as the rest of the program sees it: a few questions, and one way to act. */
import type { Step } from './step.ts'

/** How a command ended. */
export interface CommandResult {
  /** Exit code; 124 when it was stopped for taking too long, 127 when the program is not there, 128+n for signal n. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** Text for standard input; without it standard input is empty. */
  readonly input?: string
  /** Added to the fixed environment (PATH, LANG, HOME and the operator's proxy settings). */
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds before the whole process group is ended. Default 60 000. */
  readonly timeoutMs?: number
}

/** What a path is, read without following a link. */
export interface PathState {
  readonly type: 'file' | 'directory' | 'symlink' | 'other'
  /** Permission bits, 0o000 to 0o7777. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Bytes. */
  readonly size: number
  /** Last change of the content, milliseconds since 1970. */
  readonly mtimeMs: number
}

/** Free and total room of the file system that holds a path; bytes and inodes. */
export interface Room {
  readonly freeBytes: number
  readonly totalBytes: number
  readonly freeInodes: number
  readonly totalInodes: number
}

/** Questions: nothing here changes the machine. */
export interface Reader {
  /** Runs a command that only reads. Never throws for a failing command; the code tells. */
  query(argv: readonly string[], options?: RunOptions): Promise<CommandResult>
  /** The path itself, not what a link points to; undefined when there is nothing. */
  lstat(path: string): Promise<PathState | undefined>
  /** Text of a file; undefined when there is none. */
  readFile(path: string): Promise<string | undefined>
  /** Target of a symbolic link; undefined when it is none. */
  readLink(path: string): Promise<string | undefined>
  /** Names in a folder, sorted; empty when there is none. */
  list(path: string): Promise<readonly string[]>
  room(path: string): Promise<Room>
}

/** The whole machine: questions and the one door for changes. */
export interface Host extends Reader {
  /** Performs one step. @throws StepError when it fails. */
  perform(step: Step): Promise<void>
}
