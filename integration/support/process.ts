/** Starts programs on this host for the tests: the machine driver, the build, the bootstrap. */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

import type { CommandResult } from '../../src/host/host.ts'

export interface ProcessOptions {
  /** Text for standard input; without it standard input is empty. */
  readonly input?: string
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds before the whole process group is killed. Default 60 000. */
  readonly timeoutMs?: number
  readonly cwd?: string
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>

/** Ends a process and all that it started: each runs in a group of its own. */
function killGroup(child: Child): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // already gone
  }
}

/** Runs a program to its end. A failing program is a result; only one that cannot be started rejects. Code 124: took too long. */
export async function runProcess(
  argv: readonly string[],
  options: ProcessOptions = {},
): Promise<CommandResult> {
  const [program = '', ...rest] = argv
  const child = spawn(program, rest, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  const output = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => (output[stream] += text))
  }
  // A program that does not read its input closes the pipe early: that is its right.
  child.stdin.on('error', () => undefined).end(options.input ?? '')
  let late = false
  const timer = setTimeout(() => {
    late = true
    killGroup(child)
  }, options.timeoutMs ?? 60_000)
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject).once('close', (exit) => resolve(exit ?? 137))
    })
    return { ...output, code: late ? 124 : code }
  } finally {
    clearTimeout(timer)
  }
}

/** Runs a program that must succeed. @returns its standard output @throws Error with both outputs when it fails. */
export async function mustRun(argv: readonly string[], options: ProcessOptions = {}): Promise<string> {
  const result = await runProcess(argv, options)
  if (result.code !== 0) throw new Error(showFailure(argv, result))
  return result.stdout
}

/** What a failed command shows: itself, its code, and the last 60 lines of what it said. */
export function showFailure(argv: readonly string[], result: CommandResult): string {
  const said = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-60).join('\n')
  return `${argv.join(' ')} ended with ${result.code}:\n${said}`
}
