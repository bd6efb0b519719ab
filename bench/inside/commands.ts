/** Times commands inside the machine, turn by turn. Argument: `{rounds, commands}` as JSON; prints an Answer as JSON. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export interface Request {
  readonly rounds: number
  readonly commands: readonly (readonly string[])[]
}

/** Milliseconds of one command: each round's wall time, and CPU a run. */
export interface Timing {
  readonly wallMs: readonly number[]
  readonly cpuMs: number
}

/** One entry a command, in their order. */
export type Answer = readonly Timing[]

/** Ticks of the kernel's process times are 10 ms long; they add up exactly. */
const TICK_MS = 10

/** CPU milliseconds of all children that have ended. */
function childrenMs(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[13]) + Number(fields[14])) * TICK_MS
}

function time([program = '', ...rest]: readonly string[]): { wall: number; cpu: number } {
  const [wall, cpu] = [performance.now(), childrenMs()]
  const { status, stderr } = spawnSync(program, rest, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${rest.join(' ')} ended with ${status}: ${stderr}`)
  return { wall: performance.now() - wall, cpu: childrenMs() - cpu }
}

const { rounds, commands } = JSON.parse(process.argv[2] ?? '') as Request
for (const command of commands) time(command)
const times = Array.from({ length: rounds }, () => commands.map(time))
const answer: Answer = commands.map((_, index) => {
  const own = times.flatMap((round) => round[index] ?? [])
  return {
    wallMs: own.map(({ wall }) => wall),
    cpuMs: own.reduce((sum, { cpu }) => sum + cpu, 0) / own.length,
  }
})
console.log(JSON.stringify(answer))
