/**
 * The synchronous hand on the machine, for the root helper: only Node's own modules, absolute programs, a fixed
 * environment. Beside local.ts the only file that may start processes or write.
 */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { constants as system } from 'node:os'
import { dirname, isAbsolute } from 'node:path'

import { BugError, StepError } from '../errors.ts'
import type { CommandResult, PathState } from './host.ts'
import { pathState } from './path-state.ts'
import { copyEntries, type Owner } from './sync-copy.ts'

/** What a command may be given. */
interface SyncRunOptions {
  /** Text for standard input; without it standard input is empty. */
  readonly input?: string
  /** Milliseconds before the process is killed. Default 30 000. */
  readonly timeoutMs?: number
}

/** A file as it will be. */
export interface FileToWrite {
  readonly path: string
  readonly text: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** The functions of this module as one value, so that tests can give another hand. */
export interface Hand {
  run(argv: readonly string[], options?: SyncRunOptions): CommandResult
  writeFile(file: FileToWrite): void
  makeDirectory(path: string, mode: number): void
  setOwner(path: string, owner: Owner): void
  copyInto(from: string, to: string, owner: Owner): void
  isMount(path: string): boolean
  move(from: string, to: string): void
  remove(path: string): void
  lstat(path: string): PathState | undefined
  readText(path: string): string | undefined
}

const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' }
const OUTPUT_BYTES = 1024 * 1024
const RUN_MS = 30_000

/** The code Node puts on a system error, `undefined` for anything else. */
function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function failed(what: string, path: string, cause: unknown): StepError {
  return new StepError(`cannot ${what} ${path} (${errorCode(cause) ?? 'unknown reason'})`, { cause })
}

function exitCode({ status, signal, error }: SpawnSyncReturns<string>): number {
  if (status !== null) return status
  const reason = errorCode(error)
  if (reason === 'ETIMEDOUT') return 124
  if (reason === 'ENOENT') return 127
  return signal === null ? 126 : 128 + system.signals[signal]
}

/**
 * Runs a program given by its absolute path; no shell. Never throws for a failing program: the code tells
 * (124 too slow, 126 not startable, 127 not there, 128+n signal n).
 */
export function run(argv: readonly string[], options: SyncRunOptions = {}): CommandResult {
  const [program, ...rest] = argv
  if (program === undefined || !isAbsolute(program)) throw new BugError(`not an absolute program: ${program}`)
  const ended = spawnSync(program, rest, {
    cwd: '/',
    env: ENVIRONMENT,
    input: options.input ?? '',
    encoding: 'utf8',
    timeout: options.timeoutMs ?? RUN_MS,
    killSignal: 'SIGKILL',
    maxBuffer: OUTPUT_BYTES,
  })
  return { code: exitCode(ended), stdout: ended.stdout ?? '', stderr: ended.stderr ?? '' }
}

/** Makes what was done in the folder of a path survive a power cut. */
export function syncFolder(path: string): void {
  const fd = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

function fill(fd: number, file: FileToWrite): void {
  fchownSync(fd, file.uid, file.gid)
  fchmodSync(fd, file.mode)
  const bytes = Buffer.from(file.text)
  for (let done = 0; done < bytes.length; done += writeSync(fd, bytes, done)) {
    /* a write may take only a part */
  }
  fsyncSync(fd)
}

/** Writes a file atomically: a new temporary file beside it, owner and mode first, then rename. @throws StepError */
export function writeFile(file: FileToWrite): void {
  const temporary = `${file.path}.${randomBytes(6).toString('hex')}.partial`
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  try {
    const fd = openSync(temporary, flags, 0o600)
    try {
      fill(fd, file)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, file.path)
    syncFolder(file.path)
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw failed('write', file.path, cause)
  }
}

/** Makes an empty file if there is nothing at that path yet; leaves what is there alone. @throws StepError */
export function makeEmptyFile(path: string, mode: number): void {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode))
  } catch (cause) {
    if (errorCode(cause) !== 'EEXIST') throw failed('make', path, cause)
  }
}

/** Makes one folder, which must not exist yet, with exactly this mode. @throws StepError */
export function makeDirectory(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode: mode & 0o700 })
    chmodSync(path, mode)
  } catch (cause) {
    throw failed('make the folder', path, cause)
  }
}

/** Sets the owner of the path itself, also of a link. Only for paths in folders that only root enters. @throws StepError */
function setOwner(path: string, { uid, gid }: Owner): void {
  try {
    lchownSync(path, uid, gid)
  } catch (cause) {
    throw failed('set the owner of', path, cause)
  }
}

/** Copies what is in a folder into another one that only root enters; see sync-copy.ts. @throws StepError */
function copyInto(from: string, to: string, owner: Owner): void {
  try {
    copyEntries(from, to, owner)
  } catch (cause) {
    throw failed(`copy ${from} into`, to, cause)
  }
}

/** True when a folder is where a file system is mounted: it lies on another one than its parent, or is its own. */
function isMount(path: string): boolean {
  try {
    const [own, above] = [lstatSync(path), lstatSync(dirname(path))]
    return own.dev !== above.dev || own.ino === above.ino
  } catch {
    return false
  }
}

/** Renames within one file system; it may not survive a power cut yet. @throws StepError */
export function rename(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (cause) {
    throw failed(`move ${from} to`, to, cause)
  }
}

/** Renames within one file system, for good. @throws StepError */
function move(from: string, to: string): void {
  rename(from, to)
  syncFolder(to)
}

/** Removes a path and what is under it; nothing there is fine, a link is removed and not followed. @throws StepError */
export function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch (cause) {
    throw failed('remove', path, cause)
  }
}

/** The path itself, not what a link points to; undefined when there is nothing. @throws StepError */
export function lstat(path: string): PathState | undefined {
  try {
    return pathState(lstatSync(path))
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT' || errorCode(cause) === 'ENOTDIR') return undefined
    throw failed('look at', path, cause)
  }
}

/** Text of a file; undefined when there is none. @throws StepError */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined
    throw failed('read', path, cause)
  }
}

/** Writes to a descriptor that is already open (1 the answer, 2 the journal). */
export function writeDescriptor(fd: 1 | 2, text: string): void {
  writeSync(fd, text)
}

/** The hand on this machine. */
export const hand: Hand = {
  run,
  writeFile,
  makeDirectory,
  setOwner,
  copyInto,
  isMount,
  move,
  remove,
  lstat,
  readText,
}
