/** This machine: with its run.ts, and sync.ts, the only module that starts processes or writes to the system. */
import { constants } from 'node:fs'
import {
  appendFile,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  statfs,
  symlink,
  utimes,
  type FileHandle,
} from 'node:fs/promises'
import { dirname } from 'node:path'

import { StepError } from '../errors.ts'
import { fieldsOf } from './account-files.ts'
import { commandFailure, missing, unreadable } from './failure.ts'
import { makeHomes } from './home.ts'
import type { Host, PathState, Room } from './host.ts'
import { joined } from './joined.ts'
import { pathState } from './path-state.ts'
import { run } from './run.ts'
import { showStep } from './step.ts'
import type { AttributesStep, CommandStep, LinkStep, MakeDirectoryStep, Step, WriteStep } from './step.ts'
import { unchanged } from './unchanged.ts'

/** What `work` returns, or undefined where the path does not exist. @throws HostError when it cannot be read */
async function orAbsent<T>(path: string, work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (missing(error)) return undefined
    throw unreadable(path, error)
  }
}

async function idOf(database: 'passwd' | 'group', name: string): Promise<number> {
  if (name === 'root') return 0
  const id = Number(fieldsOf(await readFile(`/etc/${database}`, 'utf8'), name)?.[2])
  if (!Number.isInteger(id))
    throw new StepError(`there is no ${database === 'group' ? 'group' : 'account'} ${name}`)
  return id
}

async function own(handle: FileHandle, step: Pick<WriteStep, 'owner' | 'group' | 'mode'>): Promise<void> {
  const { owner, group, mode } = step
  await handle.chown(await idOf('passwd', owner), await idOf('group', group))
  await handle.chmod(mode)
}

/** Waits for the work and closes the file, whatever happens. */
async function closing(handle: FileHandle, work: Promise<void>): Promise<void> {
  try {
    await work
  } finally {
    await handle.close()
  }
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY)
  await closing(handle, handle.sync())
}

async function check(argv: readonly string[], path: string): Promise<void> {
  const asked = argv.map((word) => (word === '{}' ? path : word))
  const { code, stdout, stderr } = await run(asked)
  if (code !== 0) throw new StepError(`${asked[0] ?? ''} refuses the new file: ${(stderr + stdout).trim()}`)
}

/** Where a path is prepared; what a run that was killed left there is cleared. The name is fixed, so nothing stays. */
async function clearFresh(path: string): Promise<string> {
  const fresh = `${path}.new`
  await rm(fresh, { recursive: true, force: true })
  return fresh
}

async function write(step: WriteStep): Promise<void> {
  const fresh = await clearFresh(step.path)
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  const handle = await open(fresh, flags, 0o600)
  try {
    try {
      await own(handle, step)
      await handle.writeFile(step.text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    if (step.check !== undefined) await check(step.check, fresh)
    await rename(fresh, step.path)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
  // A unit is restarted when a file it reads is newer than its start: the time that counts is that of the rename.
  const now = new Date()
  await utimes(step.path, now, now)
  await sync(dirname(step.path))
}

async function attributes(step: AttributesStep): Promise<void> {
  const handle = await open(step.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  await closing(handle, own(handle, step))
}

async function makeDirectory(step: MakeDirectoryStep): Promise<void> {
  await mkdir(step.path, { mode: 0o700 })
  await attributes({ ...step, do: 'attributes' })
}

async function link(step: LinkStep): Promise<void> {
  const fresh = await clearFresh(step.path)
  await symlink(step.target, fresh)
  await rename(fresh, step.path)
}

async function command(step: CommandStep): Promise<void> {
  const began = String(Math.floor(Date.now() / 1000))
  const result = await run(step.argv, step)
  if (result.code === 0) return
  const why = step.reason?.map((word) => word.replace('{began}', began))
  throw commandFailure(step, result, why === undefined ? '' : (await run(why)).stdout)
}

async function act(step: Step): Promise<void> {
  switch (step.do) {
    case 'run':
      return command(step)
    case 'write':
      return write(step)
    case 'mkdir':
      return makeDirectory(step)
    case 'attributes':
      return attributes(step)
    case 'link':
      return link(step)
    case 'move':
      await rename(step.from, step.to)
      return sync(dirname(step.to))
    case 'append':
      return appendFile(step.path, `${step.line}\n`, { mode: 0o600, flush: true })
    case 'remove':
      return rm(step.path, { recursive: true, force: true })
    case 'homes':
      return makeHomes(step)
  }
}

async function perform(step: Step): Promise<void> {
  try {
    await act(step)
  } catch (error) {
    if (error instanceof StepError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new StepError(`${showStep(step)}: ${reason}`, { cause: error })
  }
}

async function look(path: string): Promise<PathState | undefined> {
  const stats = await orAbsent(path, lstat(path))
  return stats === undefined ? undefined : pathState(stats)
}

/** Whoever changes an account file puts a new one in place: another inode, and another time. */
async function stamp(path: string): Promise<string | undefined> {
  const stats = await orAbsent(path, lstat(path))
  return stats && `${stats.ino} ${stats.ctimeMs} ${stats.size}`
}

async function linkTarget(path: string): Promise<string | undefined> {
  const state = await look(path)
  return state?.type === 'symlink' ? readlink(path) : undefined
}

async function room(path: string): Promise<Room> {
  const { bavail, bsize, blocks, ffree, files } = await statfs(path)
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize, freeInodes: ffree, totalInodes: files }
}

/** The machine this process runs on. */
export const local: Host = {
  query: joined(run),
  lstat: look,
  readFile: unchanged((path) => orAbsent(path, readFile(path, 'utf8')), stamp),
  readLink: linkTarget,
  list: async (path) => ((await orAbsent(path, readdir(path))) ?? []).toSorted(),
  room,
  perform,
}
