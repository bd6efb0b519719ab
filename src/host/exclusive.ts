/**
 * One at a time, by a lock that the kernel releases when the process dies. Node has no flock; SQLite takes a kernel
 * lock on its file for `BEGIN EXCLUSIVE`, so an empty database is the lock. It is never written and never removed.
 */
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'

import { HostError } from '../errors.ts'
import { lstat, makeEmptyFile, readText, remove, writeFile } from './sync.ts'

/** How to wait, and who is asking. */
interface Claim {
  /** Milliseconds to wait for another holder; 0 fails at once. */
  readonly waitMs: number
  /** What this process is doing, for the message that the next one gets: `tljh reconfigure`. */
  readonly holder: string
  /** The message when the wait is over, from the path of the lock; without it one that names the holder. */
  readonly busy?: (path: string) => string
}

interface Holder {
  readonly pid: number
  readonly command: string
  readonly since: string
}

const BUSY = 5
const POLL_MS = 100

const holderPath = (path: string): string => `${path}.holder`

/** SQLite's primary result code of an error, `undefined` for any other error. */
export function sqliteCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false
  if (!('pid' in value && 'command' in value && 'since' in value)) return false
  return typeof value.pid === 'number' && typeof value.command === 'string' && typeof value.since === 'string'
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isHolder(value) ? value : undefined
  } catch {
    return undefined
  }
}

function busy(path: string, { busy: say }: Claim): HostError {
  if (say !== undefined) return new HostError(say(path))
  const holder = parseHolder(readText(holderPath(path)) ?? '')
  const who =
    holder === undefined
      ? 'another tljh is running'
      : `another tljh runs since ${holder.since}: pid ${holder.pid}, \`${holder.command}\``
  return new HostError(`${who}; wait for it to end, then run the same command again (lock: ${path})`)
}

/** The lock file is ours alone: made by us, no link, closed to others. */
function checkLockFile(path: string): void {
  makeEmptyFile(path, 0o600)
  const state = lstat(path)
  if (state?.type !== 'file' || state.uid !== process.getuid?.() || (state.mode & 0o077) !== 0) {
    throw new HostError(
      `the lock ${path} is not a private file of this user: remove it, then run the command again`,
    )
  }
}

function lockFile(path: string, timeout: number): DatabaseSync | undefined {
  checkLockFile(path)
  const database = new DatabaseSync(path, { timeout })
  try {
    database.exec('BEGIN EXCLUSIVE')
    return database
  } catch (cause) {
    database.close()
    if (sqliteCode(cause) === BUSY) return undefined
    throw new HostError(`the lock ${path} cannot be used: remove it, then run the command again`, { cause })
  }
}

function announce(path: string, command: string): void {
  const holder: Holder = { pid: process.pid, command, since: new Date().toISOString() }
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  writeFile({ path: holderPath(path), text: `${JSON.stringify(holder)}\n`, mode: 0o600, uid, gid })
}

/** The name goes first: afterwards the next holder may already have written its own. */
function release(path: string, database: DatabaseSync): void {
  try {
    remove(holderPath(path))
  } finally {
    database.close()
  }
}

/** Does the work alone and blocks while waiting. @throws HostError naming the holder when the wait is over */
export function exclusiveSync<T>(path: string, claim: Claim, work: () => T): T {
  const lock = lockFile(path, claim.waitMs)
  if (lock === undefined) throw busy(path, claim)
  try {
    announce(path, claim.holder)
    return work()
  } finally {
    release(path, lock)
  }
}

async function lockWithin(path: string, claim: Claim): Promise<DatabaseSync> {
  const end = Date.now() + claim.waitMs
  for (;;) {
    const lock = lockFile(path, 0)
    if (lock !== undefined) return lock
    if (Date.now() >= end) throw busy(path, claim)
    await sleep(Math.min(POLL_MS, Math.max(1, end - Date.now())))
  }
}

/** Does the work alone; waits without blocking. @throws HostError naming the holder when the wait is over */
export async function exclusive<T>(path: string, claim: Claim, work: () => Promise<T>): Promise<T> {
  const lock = await lockWithin(path, claim)
  try {
    announce(path, claim.holder)
    return await work()
  } finally {
    release(path, lock)
  }
}
