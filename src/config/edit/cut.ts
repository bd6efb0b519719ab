/** What is taken out of the text of config.yaml when it stands on lines of its own. See flow.ts for brackets. */
import { isSeq } from 'yaml'
import type { Pair, YAMLSeq } from 'yaml'

import { cutFlow } from './flow.ts'
import { pairsOn, valueOf } from './node.ts'
import { behindKey, endOf, endOfPair, insert, lineEnd, lineStart, startOf, tokensBetween } from './text.ts'
import type { Patch, Path, Source } from './text.ts'

/** Two offsets of a text. */
interface Span {
  readonly from: number
  readonly to: number
}

/** Takes whole lines out; comments that have a line to themselves stay, except in `all`. */
function cutLines(text: string, { from, to }: Span, all?: Span): Patch[] {
  const patches: Patch[] = []
  for (let at = from; at < to; at = lineEnd(text, at + 1)) {
    const end = lineEnd(text, at + 1)
    const isInside = all !== undefined && at >= all.from && at < all.to
    if (isInside || !/^[ \t]*#/.test(text.slice(at, end))) patches.push({ from: at, to: end, text: '' })
  }
  return patches
}

/** The lines from one offset to another; undefined when something else stands before them. */
function wholeLines(text: string, from: number | undefined, to: number | undefined): Span | undefined {
  if (from === undefined || to === undefined) return undefined
  const start = lineStart(text, from)
  return text.slice(start, from).trim() === '' ? { from: start, to: lineEnd(text, to) } : undefined
}

/** The lines of one entry of a list. */
function entryLines(text: string, list: YAMLSeq, index: number): Span | undefined {
  const before = index === 0 ? startOf(list) : endOf(list.items[index - 1])
  const [from, to] = [startOf(list.items[index]), endOf(list.items[index])]
  if (before === undefined || from === undefined || to === undefined) return undefined
  const dash = tokensBetween(text, before, from)?.find((token) => text[token.from] === '-')
  return wholeLines(text, dash?.from, to)
}

function cutBlock(text: string, pair: Pair, gone: ReadonlySet<number>): Patch[] | undefined {
  const list = pair.value
  const end = behindKey(text, pair)
  if (!isSeq(list) || end === undefined) return undefined
  const patches: (Patch | undefined)[] = gone.size < list.items.length ? [] : [insert(end, ' []')]
  for (const index of gone) {
    const lines = entryLines(text, list, index)
    patches.push(...(lines === undefined ? [undefined] : cutLines(text, lines)))
  }
  const found = patches.filter((patch) => patch !== undefined)
  return found.length < patches.length ? undefined : found
}

/** Takes values out of the list at a path; undefined where there is no telling how. */
export function cutEntries(
  source: Source,
  path: Path,
  isGone: (value: unknown) => boolean,
): Patch[] | undefined {
  const pair = pairsOn(source.doc, path)[path.length - 1]?.pair
  const list = pair?.value
  if (pair === undefined || !isSeq(list)) return undefined
  const gone = new Set<number>()
  for (const [index, entry] of list.items.entries()) {
    if (isGone(valueOf(source.doc, entry))) gone.add(index)
  }
  if (list.flow === true) return cutFlow(source.text, list, gone)
  return cutBlock(source.text, pair, gone)
}

/** Takes a key out of its map, with the maps around it that become empty. */
export function cutPair(source: Source, path: Path): Patch[] | undefined {
  const { text } = source
  const places = pairsOn(source.doc, path)
  // Maps that become empty go too.
  const first = places.findLast(({ map }) => map.items.length > 1) ?? places[0]
  const last = places.at(-1)
  if (places.length < path.length || first === undefined || last === undefined) return undefined
  if (first.map.flow === true) return cutFlow(text, first.map, new Set([first.map.items.indexOf(first.pair)]))
  const lines = wholeLines(text, startOf(first.pair.key), endOfPair(first.pair))
  const [from, to] = [startOf(last.pair.key), endOfPair(last.pair)]
  if (lines === undefined || from === undefined || to === undefined) return undefined
  return cutLines(text, lines, { from: lineStart(text, from), to: lineEnd(text, to) })
}
