/** This machine: with sync.ts the only module that starts processes or writes to the system. */
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
import { constants as system } from 'node:os'
import { dirname } from 'node:path'

import { BugError, StepError } from '../errors.ts'
import { fieldsOf } from './account-files.ts'
import { commandEnvironment } from './environment.ts'
import { commandFailure, missing, unreadable } from './failure.ts'
import type { CommandResult, Host, PathState, Room, RunOptions } from './host.ts'
import { joined } from './joined.ts'
import { pathState } from './path-state.ts'
import { showStep } from './step.ts'
import type { AttributesStep, CommandStep, LinkStep, MakeDirectoryStep, Step, WriteStep } from './step.ts'

const DEFAULT_TIMEOUT_MS = 60_000
/** Between the polite and the hard end of a command. */
const GRACE_MS = 2000
/** Ten megabytes: more output than any command of ours has. */
const MAX_OUTPUT = 10_000_000

/** What `work` returns, or undefined where the path does not exist. @throws HostError when it cannot be read */
async function orAbsent<T>(path: string, work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (missing(error)) return undefined
    throw unreadable(path, error)
  }
}

function end(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // The group is gone already: that is what was wanted.
  }
}

/** Process groups of commands that run now; they lie outside the terminal's group and are told by us. */
const running = new Set<number>()

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    for (const pid of running) end(pid, 'SIGTERM')
    process.kill(process.pid, signal)
  })
}

/** What a child's end means as an exit code. */
function exitCode(ended: { exitCode?: number; signal?: NodeJS.Signals }, late: boolean): number {
  if (late) return 124
  return ended.exitCode ?? (ended.signal === undefined ? 127 : 128 + system.signals[ended.signal])
}

/** Runs an argument list in a process group of its own, so that a stuck grandchild ends with it. */
async function run(argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
  const [file, ...rest] = argv
  if (file === undefined) throw new BugError('an empty command')
  const child = (await import('execa')).execa(file, rest, {
    reject: false,
    detached: true,
    extendEnv: false,
    stripFinalNewline: false,
    maxBuffer: MAX_OUTPUT,
    cwd: '/',
    env: commandEnvironment(process.env, options.env),
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
  })
  let late = false
  const stop = setTimeout(() => {
    late = true
    end(child.pid, 'SIGTERM')
    setTimeout(() => end(child.pid, 'SIGKILL'), GRACE_MS).unref()
  }, options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
  if (child.pid !== undefined) running.add(child.pid)
  try {
    const ended = await child
    const why = ended.exitCode === undefined && ended.stderr === '' ? ended.shortMessage : undefined
    return { code: exitCode(ended, late), stdout: ended.stdout, stderr: why ?? ended.stderr }
  } finally {
    clearTimeout(stop)
    if (child.pid !== undefined) running.delete(child.pid)
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
  readFile: (path) => orAbsent(path, readFile(path, 'utf8')),
  readLink: linkTarget,
  list: async (path) => ((await orAbsent(path, readdir(path))) ?? []).toSorted(),
  room,
  perform,
}
