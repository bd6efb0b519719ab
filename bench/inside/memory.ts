/** Memory of units inside the machine. Argument: unit names as JSON; prints an Answer as JSON. */
import { readdirSync, readFileSync } from 'node:fs'

interface Memory {
  /** Proportional set size in mebibytes: pages that several processes share are split between them. */
  readonly pss: number
  readonly processes: number
}

/** One entry a unit. */
export type Answer = Readonly<Record<string, Memory>>

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // the process ended meanwhile
  }
}

function pssOf(pid: string): number {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/smaps_rollup`))?.[1]
  return Number(kilobytes ?? 0) / 1024
}

const units = JSON.parse(process.argv[2] ?? '') as string[]
const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
const groups = pids.map((pid) => ({ pid, group: textOf(`/proc/${pid}/cgroup`) }))
const answer: Answer = Object.fromEntries(
  units.map((unit): [string, Memory] => {
    const own = groups.filter(({ group }) => group.split('\n').some((line) => line.endsWith(`/${unit}`)))
    return [unit, { pss: own.reduce((sum, { pid }) => sum + pssOf(pid), 0), processes: own.length }]
  }),
)
console.log(JSON.stringify(answer))
