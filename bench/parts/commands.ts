/** Commands of the CLI against the bare start of Node. */
import type { Answer, Request, Timing } from '../inside/commands.ts'
import { NODE, inside } from '../support/machines.ts'
import { median, type Other, type Row, type Target } from '../support/row.ts'
import type { Part } from './part.ts'

interface Timed {
  readonly argv: readonly string[]
  readonly what?: string
  readonly target?: Target
}

/** Targets: design.md section 7. */
const COMMANDS: readonly Timed[] = [
  { argv: ['tljh', '--help'], target: { max: 120 } },
  { argv: ['tljh', 'version'] },
  { argv: ['tljh', 'user', 'list'], target: { max: 120 } },
  { argv: ['tljh', 'status'] },
  { argv: ['tljh', 'plan'] },
  { argv: ['tljh', 'reconfigure'], what: 'tljh reconfigure, nothing to do', target: { max: 300 } },
]

const floorOf = (value: number): Other => ({ name: 'node -e 0', value })

function rowsOf({ argv, what = argv.join(' '), target }: Timed, timing: Timing, floor: Timing): Row[] {
  const wall: Row = {
    what: `${what}, wall`,
    unit: 'ms',
    ours: median(timing.wallMs),
    other: floorOf(median(floor.wallMs)),
  }
  const cpu: Row = { what: `${what}, CPU`, unit: 'ms', ours: timing.cpuMs, other: floorOf(floor.cpuMs) }
  return [target === undefined ? wall : { ...wall, target }, cpu]
}

/** `node -e 0` is the floor of every command. */
export const commands: Part = async ({ machine, rounds }) => {
  const input: Request = { rounds, commands: [[NODE, '-e', '0'], ...COMMANDS.map(({ argv }) => argv)] }
  const [floor, ...timings] = await inside<Answer>(machine, 'commands.ts', { input })
  if (floor === undefined) throw new Error('no timings')
  return COMMANDS.flatMap((command, index) => rowsOf(command, timings[index] ?? floor, floor))
}
