/** One line of the table: a number of ours, what it is compared with, and what was aimed at. */

export type Unit = 's' | 'ms' | 'µs' | 'MB' | 'MiB' | '1/s' | ''

/** What a number is aimed at: a bound of its own, or a share of the other number. */
export type Target = { readonly max: number } | { readonly min: number } | { readonly maxRatio: number }

export interface Other {
  readonly name: string
  readonly value: number
}

export interface Row {
  readonly what: string
  readonly unit: Unit
  readonly ours: number
  readonly other?: Other
  readonly target?: Target
}

/** The middle of the numbers. @throws Error when there are none */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const half = (sorted.length - 1) / 2
  const [below, above] = [sorted[Math.floor(half)], sorted[Math.ceil(half)]]
  if (below === undefined || above === undefined) throw new Error('no numbers to take the median of')
  return (below + above) / 2
}

/** The Littlest JupyterHub cannot be installed where its downloads are out of reach: figures of an earlier machine. */
export function tljh(value: number): Other {
  return { name: 'TLJH ¹', value }
}

const DIGITS = 3

/** A number with three digits and its unit. */
export function shown(value: number, unit: Unit): string {
  const digits = value === 0 ? 0 : Math.max(0, DIGITS - 1 - Math.floor(Math.log10(Math.abs(value))))
  const text = Number.isInteger(value) ? String(value) : value.toFixed(Math.min(digits, DIGITS))
  return unit === '' ? text : `${text} ${unit}`
}

function ratio({ ours, other }: Row): number | undefined {
  return other === undefined || other.value === 0 ? undefined : ours / other.value
}

function targetText({ target, unit }: Row): string {
  if (target === undefined) return ''
  if ('max' in target) return `≤ ${shown(target.max, unit)}`
  if ('min' in target) return `≥ ${shown(target.min, unit)}`
  return `ratio ≤ ${shown(target.maxRatio, '')}`
}

/** Whether the target is met; undefined where there is none. */
export function met(row: Row): boolean | undefined {
  const { target, ours } = row
  if (target === undefined) return undefined
  if ('max' in target) return ours <= target.max
  if ('min' in target) return ours >= target.min
  return (ratio(row) ?? Infinity) <= target.maxRatio
}

function verdict(row: Row): string {
  const hit = met(row)
  if (hit === undefined) return ''
  return hit ? 'met' : '**missed**'
}

/** The row as a line of a Markdown table. */
export function line(row: Row): string {
  const { what, ours, unit, other } = row
  const share = ratio(row)
  const cells = [
    what,
    shown(ours, unit),
    other === undefined ? '' : `${other.name}: ${shown(other.value, unit)}`,
    share === undefined ? '' : shown(share, ''),
    targetText(row),
    verdict(row),
  ]
  return `| ${cells.join(' | ')} |`
}
