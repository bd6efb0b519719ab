/** Looks at the machine before anything changes and says everything that is the matter, all at once. */
import type { Reader } from '../host/host.ts'
import { carefulReader } from './careful-reader.ts'
import { readFacts } from './facts.ts'
import type { Finding, Level } from './finding.ts'
import { readLeftovers } from './leftovers.ts'
import type { Wanted } from './rule.ts'
import { findings } from './rules.ts'

/**
 * Reads the machine and judges it; less than a second, unless a name server does not answer.
 * @returns findings of every rule, the worst first
 */
export async function preflight(reader: Reader, wanted: Wanted): Promise<readonly Finding[]> {
  const whole = async (): Promise<boolean> =>
    (await readLeftovers(carefulReader(reader))).installation === 'whole'
  const rerun = wanted.rerun ?? (await whole())
  const ports = wanted.ports.map(({ port }) => port)
  const facts = await readFacts(reader, { ports, firstInstall: !rerun })
  return findings(facts, { ...wanted, rerun })
}

const LEVELS: readonly Level[] = ['stop', 'ask', 'warn', 'ok']

/** The level that decides: the worst of all, `ok` for none. */
export function worst(all: readonly Finding[]): Level {
  return LEVELS.find((level) => all.some((finding) => finding.level === level)) ?? 'ok'
}

/** Columns before the text of a finding: level, rule. */
const LEVEL_WIDTH = 6
const ID_WIDTH = 14

function indented(label: string, text: string): readonly string[] {
  const margin = ' '.repeat(LEVEL_WIDTH + ID_WIDTH)
  const [first = '', ...rest] = text.split('\n')
  return [`${margin}${label}${first}`, ...rest.map((line) => `${margin}${' '.repeat(label.length)}${line}`)]
}

function showFinding({ id, level, what, evidence, fix }: Finding): readonly string[] {
  const line = `${level.padEnd(LEVEL_WIDTH)}${id.padEnd(ID_WIDTH)}${what}`
  if (level === 'ok') return [line]
  return [line, ...indented('seen: ', evidence), ...(fix === '' ? [] : indented('fix:  ', fix))]
}

/** Text for people; what is as wanted is a line each, and only shown with `all`. Empty when there is nothing to say. */
export function showFindings(all: readonly Finding[], options: { readonly all?: boolean } = {}): string {
  const shown = all.filter(({ level }) => options.all === true || level !== 'ok')
  return shown.flatMap(showFinding).join('\n')
}
