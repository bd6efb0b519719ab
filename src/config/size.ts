/** Sizes as people write them. */

const FACTORS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 }

/**
 * Bytes of `512M`, `1.5G` or a plain number; suffixes K, M, G, T count by 1024 as in JupyterHub's ByteSpecification.
 * @returns undefined when it is no size
 */
export function parseSize(value: string | number): number | undefined {
  const [, digits = '', suffix = ''] = /^(\d+(?:\.\d+)?)([KMGT]?)$/.exec(String(value)) ?? []
  const factor = FACTORS[suffix]
  if (digits === '' || factor === undefined) return undefined
  const bytes = Math.floor(Number(digits) * factor)
  return bytes > 0 ? bytes : undefined
}
