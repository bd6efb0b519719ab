/** What systemctl answers, as values. Pure. */

/** `KEY=VALUE` lines about one unit. */
export function parseShow(text: string): Readonly<Record<string, string>> {
  const pairs = text.split('\n').map((line): [string, string] => {
    const [key = '', ...value] = line.split('=')
    return [key, value.join('=')]
  })
  return Object.fromEntries(pairs.filter(([key]) => key !== ''))
}

/** The same about several units, in the order in which they were named: an empty line lies between two. */
export function parseShown(text: string): readonly Readonly<Record<string, string>>[] {
  return text
    .split('\n\n')
    .filter((block) => block.trim() !== '')
    .map(parseShow)
}

/** Names of the units in the answer of `systemctl list-units --plain --no-legend`. */
export function listedUnits(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => line.trim().split(/\s+/)[0] || [])
}
