/** One `systemctl` for many units: what is asked about single units in one turn is asked together. Pure but for the asking. */
import type { CommandResult, RunOptions } from './host.ts'

type Ask = (argv: readonly string[], options?: RunOptions) => Promise<CommandResult>

interface Asked {
  readonly name: string
  readonly answer: (result: CommandResult | Promise<CommandResult>) => void
}

/** States for which `systemctl is-enabled` about one unit ends with 0. */
const ENABLED = /^(enabled|enabled-runtime|static|alias|indirect|generated|transient)$/

/** By verb: an answer about many units, cut into one a unit, in the order in which they were named. */
const CUTS: Readonly<Record<string, (answer: CommandResult) => CommandResult[]>> = {
  show: ({ stdout, ...rest }) =>
    stdout
      .trimEnd()
      .split('\n\n')
      .map((block) => ({ ...rest, stdout: `${block}\n` })),
  'is-enabled': ({ stdout }) =>
    stdout
      .trimEnd()
      .split('\n')
      .map((state) => ({ code: ENABLED.test(state) ? 0 : 1, stdout: '', stderr: '' })),
}

/** The name in `systemctl VERB … -- NAME`, when the verb can be asked about many; a pattern stands for any number. */
function unitIn(argv: readonly string[]): string | undefined {
  const [program, verb = ''] = argv
  const name = argv.at(-1) ?? ''
  if (program !== 'systemctl' || !Object.hasOwn(CUTS, verb) || argv.at(-2) !== '--') return undefined
  return name.includes('*') ? undefined : name
}

async function askTogether(
  ask: Ask,
  start: readonly string[],
  names: readonly string[],
): Promise<CommandResult[]> {
  const cut = CUTS[start[1] ?? ''] ?? (() => [])
  // With --quiet only one code comes for all.
  const loud = start.filter((word) => word !== '--quiet')
  return cut(await ask([...loud, ...names]))
}

/** Asks as `ask` does. A joined answer that does not fit the questions is thrown away, and each is asked by itself. */
export function joined(ask: Ask): Ask {
  const waiting = new Map<string, Asked[]>()

  async function answerAll(start: readonly string[], all: readonly Asked[]): Promise<void> {
    const names = all.map(({ name }) => name)
    const answers = all.length === 1 ? [] : await askTogether(ask, start, names)
    for (const [index, { name, answer }] of all.entries()) {
      const own = answers.length === all.length ? answers[index] : undefined
      answer(own ?? ask([...start, name]))
    }
  }

  return async (argv, options) => {
    const name = unitIn(argv)
    if (name === undefined || options !== undefined) return ask(argv, options)
    const start = argv.slice(0, -1)
    const key = start.join(' ')
    return new Promise((answer) => {
      const others = waiting.get(key)
      if (others !== undefined) return void others.push({ name, answer })
      const all = [{ name, answer }]
      waiting.set(key, all)
      queueMicrotask(() => {
        waiting.delete(key)
        void answerAll(start, all)
      })
    })
  }
}
