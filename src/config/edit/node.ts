/** Nodes of a document, and edits of them for a config that is written anew as a whole: comments of what goes stay. */
import { isAlias, isMap, isNode, isPair, isScalar, isSeq } from 'yaml'
import type { Document, Node, Pair, YAMLMap } from 'yaml'

import type { Path, Scalar } from './text.ts'

/** A map, and the pair of it that is meant. */
interface Place {
  readonly map: YAMLMap
  readonly pair: Pair
}

const isKey = ({ key }: Pair, name: string | undefined): boolean => isScalar(key) && key.value === name

/** The pairs on a path, from the top; fewer than keys when the path is not there, or behind an alias. */
export function pairsOn(doc: Document, path: Path): Place[] {
  const places: Place[] = []
  let node: unknown = doc.contents
  for (const name of path) {
    const pair: Pair | undefined = isMap(node) ? node.items.find((one) => isKey(one, name)) : undefined
    if (!isMap(node) || pair === undefined) break
    places.push({ map: node, pair })
    node = pair.value
  }
  return places
}

/** The value of an entry of a list, also behind an alias. */
export function valueOf(doc: Document, entry: unknown): unknown {
  const node = isAlias(entry) ? entry.resolve(doc) : entry
  return isScalar(node) ? node.value : node
}

/** Puts a value at a path; maps on the way are made when they are missing. */
export function put(doc: Document, path: Path, value: Scalar | readonly string[]): void {
  // The library refuses to go through a key without a value.
  for (const [index] of path.entries()) {
    const above = path.slice(0, index)
    if (index > 0 && doc.hasIn(above) && doc.getIn(above) === null) doc.deleteIn(above)
  }
  const old: unknown = doc.getIn(path, true)
  const node = doc.createNode(value)
  if (isNode(old)) Object.assign(node, { comment: old.comment, commentBefore: old.commentBefore })
  doc.setIn(path, node)
}

const joined = (comments: readonly (string | null | undefined)[]): string | null =>
  comments.filter((comment) => typeof comment === 'string').join('\n') || null

/** Items that stay. What was said before one that goes is said before the next, or at the end. */
function kept<Item>(
  holder: Node,
  items: readonly Item[],
  stays: (item: Item, index: number) => boolean,
): Item[] {
  const left: Item[] = []
  let carried: string | null = null
  for (const [index, item] of items.entries()) {
    const head: unknown = isPair(item) ? item.key : item
    const said: string | null = joined([carried, isNode(head) ? head.commentBefore : null])
    const isLeft = stays(item, index)
    if (isLeft) left.push(item)
    carried = isLeft && isNode(head) ? null : said
    if (isLeft && isNode(head)) head.commentBefore = said
  }
  if (carried !== null) holder.comment = joined([carried, holder.comment])
  return left
}

/** Takes entries out of the list at a path. */
export function dropEntries(doc: Document, path: Path, isGone: (value: unknown) => boolean): void {
  const list: unknown = doc.getIn(path, true)
  if (isSeq(list)) list.items = kept(list, list.items, (entry) => !isGone(valueOf(doc, entry)))
}

/** Puts another value in the place of one in the list at a path. */
export function replaceEntries(doc: Document, path: Path, { from, to }: { from: string; to: string }): void {
  const list: unknown = doc.getIn(path, true)
  if (!isSeq(list)) return
  for (const [index, entry] of list.items.entries()) {
    if (valueOf(doc, entry) !== from) continue
    if (isScalar(entry)) entry.value = to
    else list.items[index] = doc.createNode(to)
  }
}

/** Takes the key at a path out of its map, with the maps around it that become empty. */
export function dropPair(doc: Document, path: Path): void {
  const places = pairsOn(doc, path)
  const last = places.at(-1)
  if (last === undefined || places.length < path.length) return
  const { map, pair: gone } = last
  map.items = kept(map, map.items, (pair) => pair !== gone)
  const above = places.at(-2)
  if (map.items.length > 0 || above === undefined) return
  // What is said in a map that goes is said before it.
  const { key } = above.pair
  if (isNode(key)) key.commentBefore = joined([key.commentBefore, map.commentBefore, map.comment])
  dropPair(doc, path.slice(0, -1))
}
