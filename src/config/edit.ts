/**
 * Edits of config.yaml. The text is the operator's: a few characters are put in and nothing else moves. Where that
 * would not mean what it should (inside `{…}`, behind an alias) the whole is written anew, with its comments.
 */
import { isDeepStrictEqual } from 'node:util'

import { isMap, isNode, isScalar, isSeq, parseDocument, stringify } from 'yaml'
import type { Document, YAMLMap, YAMLSeq } from 'yaml'

type Path = readonly string[]
type Scalar = string | number | boolean | null
type Value = Scalar | readonly string[]

/** Characters of a text that are replaced, from one offset to another. */
interface Patch {
  readonly from: number
  readonly to: number
  readonly text: string
}

const insert = (at: number, text: string): Patch => ({ from: at, to: at, text })

const endOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[1] : undefined)

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined)

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1

/** Lines under the one that a node ends in. A text of several lines ends behind its newline. */
function under(text: string, node: unknown, lines: readonly string[]): Patch | undefined {
  const offset = endOf(node)
  if (offset === undefined) return undefined
  const next = text.indexOf('\n', text[offset - 1] === '\n' ? offset - 1 : offset)
  const end = next < 0 ? text.length : next
  return insert(text[end - 1] === '\r' ? end - 1 : end, lines.map((line) => `\n${line}`).join(''))
}

/** A value under its keys, as lines. */
function block(keys: Path, value: Value, indent: number): string[] {
  const whole = keys.reduceRight<unknown>((below, key) => ({ [key]: below }), value)
  const lines = stringify(whole, { lineWidth: 0 }).trimEnd().split('\n')
  return lines.map((line) => ' '.repeat(indent) + line)
}

const isEmpty = (node: unknown): boolean => node === null || (isScalar(node) && node.value === null)

/** Puts a value in a map where there is none; undefined where there is one, or no place for lines. */
function fresh(text: string, map: YAMLMap, entry: { path: Path; value: Value }): Patch | undefined {
  const { path, value } = entry
  const first = startOf(map.items[0]?.key)
  if (map.flow === true || first === undefined) return undefined
  const indent = first - lineStart(text, first)
  const pair = map.items.find(({ key }) => isScalar(key) && key.value === path[0])
  if (pair === undefined) {
    const last = map.items.at(-1)
    return under(text, last?.value ?? last?.key, block(path, value, indent))
  }
  const rest = path.slice(1)
  if (isMap(pair.value)) return fresh(text, pair.value, { path: rest, value })
  return isEmpty(pair.value) ? under(text, pair.key, block(rest, value, indent + 2)) : undefined
}

function appended(text: string, list: YAMLSeq, values: readonly string[]): Patch | undefined {
  const last = list.items.at(-1)
  const first = startOf(list.items[0])
  if (list.flow === true) {
    const words = values.map((value) => stringify(value).trimEnd()).join(', ')
    const [at, comma] = last === undefined ? [(startOf(list) ?? 0) + 1, ''] : [endOf(last) ?? 0, ', ']
    return insert(at, comma + words)
  }
  if (first === undefined) return undefined
  const dash = text.lastIndexOf('-', first - 1)
  return under(text, last, block([], values, dash - lineStart(text, dash)))
}

function put(doc: Document, path: Path, value: Value): void {
  // The library refuses to go through a key without a value.
  for (const [index] of path.entries()) {
    const above = path.slice(0, index)
    if (index > 0 && doc.hasIn(above) && doc.getIn(above) === null) doc.deleteIn(above)
  }
  doc.setIn(path, doc.createNode(value))
}

/** The patched text when it means the same as the changed document, else that document. */
function edited(text: string, patch: Patch | undefined, doc: Document): string {
  const whole = doc.toString({ lineWidth: 0 })
  if (patch === undefined) return whole
  const added = text.includes('\r\n') ? patch.text.replaceAll('\n', '\r\n') : patch.text
  const spliced = text.slice(0, patch.from) + added + text.slice(patch.to)
  const again = parseDocument(spliced)
  return again.errors.length === 0 && isDeepStrictEqual(again.toJS(), doc.toJS()) ? spliced : whole
}

function place(text: string, doc: Document, entry: { path: Path; value: Value }): Patch | undefined {
  if (isMap(doc.contents)) return fresh(text, doc.contents, entry)
  if (doc.contents !== null) return undefined
  const start = text === '' || text.endsWith('\n') ? '' : '\n'
  return insert(text.length, `${start}${block(entry.path, entry.value, 0).join('\n')}\n`)
}

/**
 * Adds values to the end of a list, which is made when it is missing.
 * @param text a config without mistakes; it comes back unchanged when all values are in the list already
 */
export function addToList(text: string, path: Path, values: readonly string[]): string {
  const doc = parseDocument(text)
  const list: unknown = doc.getIn(path, true)
  const there = isSeq(list) ? list.items.map((item) => (isScalar(item) ? item.value : item)) : []
  const missing = [...new Set(values)].filter((value) => !there.includes(value))
  if (missing.length === 0) return text
  if (!isSeq(list)) {
    const patch = place(text, doc, { path, value: missing })
    put(doc, path, missing)
    return edited(text, patch, doc)
  }
  const patch = appended(text, list, missing)
  for (const value of missing) doc.addIn(path, value)
  return edited(text, patch, doc)
}

/**
 * Sets one value; maps on the way are made when they are missing.
 * @param text a config without mistakes; it comes back unchanged when it has the value already
 */
export function setValue(text: string, path: Path, value: Scalar): string {
  const doc = parseDocument(text)
  const node: unknown = doc.getIn(path, true)
  if (isScalar(node) && node.value === value) return text
  const old = isScalar(node) ? node.range : undefined
  // A key without a value has an empty one right behind its colon.
  const space = old?.[0] === old?.[1] ? ' ' : ''
  const patch = old
    ? { from: old[0], to: old[1], text: space + stringify(value).trimEnd() }
    : place(text, doc, { path, value })
  put(doc, path, value)
  return edited(text, patch, doc)
}
