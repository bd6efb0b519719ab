/** What is put into the text of config.yaml: entries of a list, and values where there was none. */
import { isMap, isScalar } from 'yaml'
import type { YAMLMap, YAMLSeq } from 'yaml'

import { pairsOn } from './node.ts'
import {
  behindKey,
  blockText,
  endOf,
  endOfPair,
  flowText,
  insert,
  lineEnd,
  lineStart,
  startOf,
  tokensBetween,
} from './text.ts'
import type { Patch, Path, Scalar, Source } from './text.ts'

/** A value and where it belongs. */
interface Entry {
  readonly path: Path
  readonly value: Scalar | readonly string[]
}

/** Lines under the one that a node ends in. */
function under(text: string, node: unknown, lines: readonly string[]): Patch | undefined {
  const offset = endOf(node)
  if (offset === undefined) return undefined
  const next = lineEnd(text, offset)
  const newline = /\r?\n$/.exec(text.slice(offset - 1, next))?.[0] ?? ''
  return insert(next - newline.length, lines.map((line) => `\n${line}`).join(''))
}

const nested = ({ path, value }: Entry): unknown =>
  path.reduceRight<unknown>((below, key) => ({ [key]: below }), value)

/** A value under its keys, as lines. */
function block(entry: Entry, indent: number): string[] {
  return blockText(nested(entry)).map((line) => ' '.repeat(indent) + line)
}

const isEmpty = (node: unknown): boolean => node === null || (isScalar(node) && node.value === null)

/** A pair at the end of braces. */
function inBraces(text: string, map: YAMLMap, entry: Entry): Patch | undefined {
  const last = map.items.at(-1)
  const at = last && endOfPair(last)
  if (at !== undefined) return insert(at, `, ${flowText(nested(entry)).slice(1, -1)}`)
  const [from, to] = [startOf(map), endOf(map)]
  if (from === undefined || to === undefined || text.slice(from + 1, to - 1).trim() !== '') return undefined
  return { from, to, text: flowText(nested(entry), ' ') }
}

/** A pair at the end of a map. */
function added(text: string, map: YAMLMap, entry: Entry): Patch | undefined {
  if (map.flow === true) return inBraces(text, map, entry)
  const [first, last] = [startOf(map.items[0]?.key), map.items.at(-1)]
  if (first === undefined || last === undefined) return undefined
  return under(text, last.value ?? last.key, block(entry, first - lineStart(text, first)))
}

/** Puts a value in a map where there is none; undefined where there is one, or no place for it. */
function fresh(text: string, map: YAMLMap, { path, value }: Entry): Patch | undefined {
  const pair = map.items.find(({ key }) => isScalar(key) && key.value === path[0])
  if (pair === undefined) return added(text, map, { path, value })
  const below = { path: path.slice(1), value }
  if (isMap(pair.value)) return fresh(text, pair.value, below)
  const key = startOf(pair.key)
  if (map.flow === true || key === undefined || !isEmpty(pair.value)) return undefined
  return under(text, pair.key, block(below, key - lineStart(text, key) + 2))
}

/** Puts a value in the place of the one at a path, or behind a key that has none; undefined where there is neither. */
export function written({ text, doc }: Source, path: Path, value: Entry['value']): Patch | undefined {
  const pair = pairsOn(doc, path)[path.length - 1]?.pair
  if (!isScalar(pair?.value)) return undefined
  const [from, to] = [startOf(pair.value), endOf(pair.value)]
  if (from === undefined || to === undefined) return undefined
  if (from < to) return { from, to, text: flowText(value) }
  const end = behindKey(text, pair)
  return end === undefined ? undefined : insert(end, ` ${flowText(value)}`)
}

/** Puts a value where there is none; undefined where that needs more than a few lines. */
export function place({ text, doc }: Source, entry: Entry): Patch | undefined {
  if (isMap(doc.contents)) return fresh(text, doc.contents, entry)
  if (doc.contents !== null) return undefined
  const start = text === '' || text.endsWith('\n') ? '' : '\n'
  return insert(text.length, `${start}${block(entry, 0).join('\n')}\n`)
}

/** Offset of the dash before the first entry of a list of lines. */
function dashOf(text: string, list: YAMLSeq): number | undefined {
  const [from, to] = [startOf(list), startOf(list.items[0])]
  if (from === undefined || to === undefined) return undefined
  return tokensBetween(text, from, to)?.find((token) => text[token.from] === '-')?.from
}

/** Puts values at the end of a list; undefined where there is no telling how. */
export function appended(text: string, list: YAMLSeq, values: readonly string[]): Patch | undefined {
  const last = list.items.at(-1)
  if (list.flow === true) {
    const words = values.map((value) => flowText(value)).join(', ')
    const [at, comma] = last === undefined ? [(startOf(list) ?? 0) + 1, ''] : [endOf(last) ?? 0, ', ']
    return insert(at, comma + words)
  }
  const dash = dashOf(text, list)
  if (dash === undefined) return undefined
  return under(text, last, block({ path: [], value: values }, dash - lineStart(text, dash)))
}
