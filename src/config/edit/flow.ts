/** What is taken out of a list in brackets or a map in braces. */
import { isPair } from 'yaml'
import type { YAMLMap, YAMLSeq } from 'yaml'

import { endOf, endOfPair, startOf, tokensBetween } from './text.ts'
import type { Patch } from './text.ts'

/** A piece of the text between the brackets, which stays or goes. */
interface Piece {
  readonly kind: 'value' | 'comma' | 'space' | 'line' | 'comment' | 'other'
  readonly from: number
  readonly to: number
  gone: boolean
}

/** True at a bracket, where there is no piece any more, and where a line ends. */
const isEnd = (piece: Piece | undefined): boolean => piece === undefined || piece.kind === 'line'

function spanOf(item: unknown): readonly [from: number, to: number] | undefined {
  const [from, to] = isPair(item) ? [startOf(item.key), endOfPair(item)] : [startOf(item), endOf(item)]
  return from === undefined || to === undefined ? undefined : [from, to]
}

function piecesBetween(text: string, from: number, to: number): Piece[] | undefined {
  return tokensBetween(text, from, to)?.map((token) => {
    if (token.kind !== 'mark' && token.kind !== 'property') return { ...token, kind: token.kind, gone: false }
    return { ...token, kind: text[token.from] === ',' ? 'comma' : 'other', gone: false }
  })
}

/** Everything between the brackets, in order. Anchors and tags go with their value. */
function piecesOf(text: string, list: YAMLMap | YAMLSeq, gone: ReadonlySet<number>): Piece[] | undefined {
  const [open, close] = [startOf(list), endOf(list)]
  if (open === undefined || close === undefined) return undefined
  const pieces: Piece[] = []
  let at = open + 1
  for (const [index, item] of list.items.entries()) {
    const span = spanOf(item)
    const gap = span && piecesBetween(text, at, span[0])
    if (span === undefined || gap === undefined) return undefined
    const property = gap.findIndex(({ kind }) => kind === 'other')
    for (const piece of property < 0 ? [] : gap.slice(property)) piece.gone = gone.has(index)
    pieces.push(...gap, { kind: 'value', from: span[0], to: span[1], gone: gone.has(index) })
    at = span[1]
  }
  const rest = piecesBetween(text, at, close - 1)
  return rest && [...pieces, ...rest]
}

/** Pieces by line; the one that ends a line is its last. */
function linesOf(pieces: readonly Piece[]): Piece[][] {
  const lines: Piece[][] = [[]]
  for (const piece of pieces) {
    lines.at(-1)?.push(piece)
    if (piece.kind === 'line') lines.push([])
  }
  return lines
}

/** Pieces in such an order that each comma follows its value: backwards where commas begin the lines. */
function inOrder(pieces: readonly Piece[]): readonly Piece[] {
  const first = linesOf(pieces)
    .slice(1)
    .map((line) => line.find(({ kind }) => kind !== 'space'))
  return first.some((piece) => piece?.kind === 'comma') ? pieces.toReversed() : pieces
}

/** One comma stays behind each value that stays; behind the last of them only if the last one had one before. */
function dropCommas(pieces: readonly Piece[]): void {
  const isTrailing = pieces.findLast(({ kind }) => kind === 'value' || kind === 'comma')?.kind === 'comma'
  let isDue = false
  let last: Piece | undefined
  for (const piece of pieces) {
    if (piece.kind === 'value' && !piece.gone) isDue = true
    if (piece.kind !== 'comma') continue
    if (isDue) last = piece
    piece.gone = !isDue
    isDue = false
  }
  if (last !== undefined && !isDue && !isTrailing) last.gone = true
}

/** A line whose values all go takes its comment with it, and goes itself when no bracket and no comma stands on it. */
function dropLines(pieces: readonly Piece[]): void {
  const lines = linesOf(pieces)
  for (const [index, line] of lines.entries()) {
    const values = line.filter(({ kind }) => kind === 'value')
    if (values.length === 0 || values.some(({ gone }) => !gone)) continue
    const isWhole = index > 0 && index < lines.length - 1
    const isFree = isWhole && line.every(({ kind, gone }) => kind !== 'comma' || gone)
    for (const piece of line) if (isFree || piece.kind === 'comment') piece.gone = true
  }
}

/** Spaces with their places among the pieces. */
type Spaces = readonly (readonly [at: number, piece: Piece])[]

/**
 * Which spaces stay of those that are now between two pieces: the indentation of a line; at a bracket or the end of a
 * line those that were there; else the last.
 */
function wanted(
  pieces: readonly Piece[],
  spaces: Spaces,
  { isFirst, next }: { readonly isFirst: boolean; readonly next: Piece | undefined },
): Piece | undefined {
  const indent = spaces.find(([at]) => pieces[at - 1]?.kind === 'line')
  if (indent !== undefined) return indent[1]
  if (isEnd(next)) return spaces.find(([at]) => isEnd(pieces[at + 1]))?.[1]
  return (isFirst ? spaces.find(([at]) => at === 0) : spaces.at(-1))?.[1]
}

/** Takes out the spaces that were around what has gone. */
function dropSpaces(pieces: readonly Piece[]): void {
  const left = [...pieces.entries()].filter(([, { gone }]) => !gone)
  let spaces: (readonly [at: number, piece: Piece])[] = []
  let isFirst = true
  for (const entry of [...left, undefined]) {
    if (entry?.[1].kind === 'space') {
      spaces.push(entry)
      continue
    }
    const stays = wanted(pieces, spaces, { isFirst, next: entry?.[1] })
    for (const [, space] of spaces) space.gone = space !== stays
    spaces = []
    isFirst = false
  }
}

/**
 * Takes items out of a list in brackets or a map in braces.
 * @returns undefined where there is no telling how
 */
export function cutFlow(
  text: string,
  list: YAMLMap | YAMLSeq,
  gone: ReadonlySet<number>,
): Patch[] | undefined {
  const pieces = piecesOf(text, list, gone)
  if (pieces === undefined) return undefined
  dropCommas(inOrder(pieces))
  dropLines(pieces)
  dropSpaces(pieces)
  const left = pieces.filter((piece) => !piece.gone)
  const isBare = left.every(({ kind }) => kind === 'space' || kind === 'line')
  return (isBare ? pieces : pieces.filter((piece) => piece.gone)).map(({ from, to }) => ({
    from,
    to,
    text: '',
  }))
}
