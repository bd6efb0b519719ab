/** The text of config.yaml as characters: what is put in and taken out, and what stands between two values. */
import { isDeepStrictEqual } from 'node:util'

import { isMap, isNode, isSeq, parseDocument, stringify } from 'yaml'
import type { Document } from 'yaml'

import { BugError } from '../../errors.ts'

export type Path = readonly string[]
export type Scalar = string | number | boolean | null

/** A text and what YAML reads in it. */
export interface Source {
  readonly text: string
  readonly doc: Document
}

/** Characters of a text that are replaced, from one offset to another. */
export interface Patch {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** Characters between two values. A mark is one of `- , : ?`, a property an anchor or a tag. */
interface Token {
  readonly kind: 'space' | 'line' | 'comment' | 'mark' | 'property'
  readonly from: number
  readonly to: number
}

interface KeyAndValue {
  readonly key: unknown
  readonly value: unknown
}

/** Words that only older readers of YAML take for something else (`no`, `1_000`) are put in quotes too. */
const WRITE = { compat: 'yaml-1.1', lineWidth: 0 } as const

const TOKEN = /[ \t]+|\r?\n|#[^\r\n]*|[-,:?]|[&!][^\s,[\]{}]*/y
/** Kinds by their first character. */
const KINDS: Readonly<Record<string, Token['kind']>> = {
  ' ': 'space',
  '\t': 'space',
  '\r': 'line',
  '\n': 'line',
  '#': 'comment',
  '&': 'property',
  '!': 'property',
}

/** A text with what YAML reads in it. */
export function sourceOf(text: string): Source {
  return { text, doc: parseDocument(text, { compat: WRITE.compat }) }
}

/** The lines of a value in block style. */
export function blockText(value: unknown): string[] {
  return stringify(value, WRITE).trimEnd().split('\n')
}

/** A value as one line that may stand in brackets. @param padding what stands inside its own brackets */
export function flowText(value: unknown, padding: '' | ' ' = ''): string {
  const options = { ...WRITE, collectionStyle: 'flow', flowCollectionPadding: padding !== '' } as const
  const line = stringify([value], options).trim()
  return line.includes('\n') ? JSON.stringify(value) : line.slice(1, -1).trim()
}

export const insert = (at: number, text: string): Patch => ({ from: at, to: at, text })

/** Offset of the beginning of a line. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1
}

/** Offset behind the newline of the line that a value ends in. A text of several lines ends behind its newline. */
export function lineEnd(text: string, offset: number): number {
  const next = text.indexOf('\n', text[offset - 1] === '\n' ? offset - 1 : offset)
  return next < 0 ? text.length : next + 1
}

export function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}

/** Offset behind a value; the range of a block also has the comments under it. */
export function endOf(node: unknown): number | undefined {
  if (isSeq(node) && node.flow !== true && node.items.length > 0) return endOf(node.items.at(-1))
  if (isMap(node) && node.flow !== true) {
    const last = node.items.at(-1)
    if (last !== undefined) return endOfPair(last)
  }
  return isNode(node) ? node.range?.[1] : undefined
}

/** Offset behind a key and its value. */
export function endOfPair({ key, value }: KeyAndValue): number | undefined {
  return endOf(value) ?? endOf(key)
}

/** What stands between two offsets; undefined when there is something else than tokens. */
export function tokensBetween(text: string, from: number, to: number): Token[] | undefined {
  const tokens: Token[] = []
  let at = from
  while (at < to) {
    TOKEN.lastIndex = at
    if (!TOKEN.test(text)) return undefined
    tokens.push({ kind: KINDS[text[at] ?? ''] ?? 'mark', from: at, to: TOKEN.lastIndex })
    at = TOKEN.lastIndex
  }
  return tokens
}

/** Offset behind a key's colon, and the anchor of its value; undefined when there is no telling. */
export function behindKey(text: string, { key, value }: KeyAndValue): number | undefined {
  const [from, to] = [endOf(key), startOf(value)]
  const tokens = from === undefined || to === undefined ? undefined : tokensBetween(text, from, to)
  return tokens?.findLast(({ kind }) => kind === 'property' || kind === 'mark')?.to
}

/** A text with patches that do not overlap. When its last line goes and had no newline, the one before has none either. */
export function patched(text: string, patches: readonly Patch[]): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const inOrder = patches.toSorted((a, b) => a.from - b.from)
  const pieces: string[] = []
  let done = 0
  for (const { from, to, text: added } of inOrder) {
    pieces.push(text.slice(done, from), added.replaceAll('\n', newline))
    done = to
  }
  const whole = [...pieces, text.slice(done)].join('')
  const endless = done === text.length && inOrder.at(-1)?.text === '' && !text.endsWith('\n')
  return endless ? whole.replace(/\r?\n$/, '') : whole
}

/** The data of a document without errors; undefined for one with them. */
function dataOf(doc: Document): unknown {
  try {
    return doc.errors.length === 0 ? (doc.toJS() ?? {}) : undefined
  } catch {
    // An alias whose anchor has gone.
    return undefined
  }
}

/** True when a text holds these data; an empty one holds an empty map. */
export function means(text: string, data: unknown): boolean {
  return isDeepStrictEqual(dataOf(parseDocument(text)), data ?? {})
}

/**
 * The whole document, written anew with its comments.
 * @param text what it was read from, for its kind of newline
 * @throws BugError when that would not mean what it should
 */
export function printed({ text, doc }: Source, data: unknown): string {
  const whole = doc.toString({ lineWidth: 0 })
  if (!means(whole, data)) throw new BugError('an edit of config.yaml would change something else')
  return text.includes('\r\n') ? whole.replaceAll(/\r?\n/g, '\r\n') : whole
}
