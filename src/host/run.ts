/** Starts processes: the part of local.ts that runs a command to its end. */
import { constants as system } from 'node:os'

import { BugError } from '../errors.ts'
import { commandEnvironment } from './environment.ts'
import type { CommandResult, RunOptions } from './host.ts'

const DEFAULT_TIMEOUT_MS = 60_000
/** Between the polite and the hard end of a command. */
const GRACE_MS = 2000
/** Ten megabytes: more output than any command of ours has. */
const MAX_OUTPUT = 10_000_000

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
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
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
