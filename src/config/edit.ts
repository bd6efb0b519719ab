/**
 * Edits of config.yaml. The text is the operator's: a few characters are put in or taken out and nothing else moves.
 * Where that would not mean what it should the whole is written anew, with its comments.
 */
import { isSeq } from 'yaml'
import type { Document } from 'yaml'

import { opened, unshared } from './edit/alias.ts'
import { cutEntries, cutPair } from './edit/cut.ts'
import { changedAt, listsAt, valueAt, withoutKey } from './edit/data.ts'
import { appended, place, written } from './edit/insert.ts'
import { dropEntries, dropPair, put, valueOf } from './edit/node.ts'
import { renamed, renameIn, replacedEntries } from './edit/replace.ts'
import { means, patched, printed, sourceOf } from './edit/text.ts'
import type { Patch, Path, Scalar, Source } from './edit/text.ts'

/** Where hub names stand in config.yaml: lists, and maps of lists. */
const NAME_LISTS: readonly Path[] = [
  ['users', 'admin'],
  ['users', 'allowed'],
  ['users', 'banned'],
  ['users', 'operators'],
  ['users', 'instructors'],
  ['users', 'extra_user_groups'],
]

/** A change of what is at some paths, and of nothing else. */
interface Change {
  readonly paths: readonly Path[]
  /** What the data must be afterwards. */
  readonly want: unknown
  /** Changes of the text; undefined where there is no telling which. */
  readonly patches: (source: Source) => readonly Patch[] | undefined
  /** The same change of a document in which nothing else hangs on these paths. */
  readonly mutate: (doc: Document) => void
}

function spliced(source: Source, { patches, want }: Pick<Change, 'patches' | 'want'>): string | undefined {
  const found = patches(source)
  const text = found && patched(source.text, found)
  return text !== undefined && means(text, want) ? text : undefined
}

/** Changes of several places; undefined when one is. */
function all(patches: readonly (Patch | readonly Patch[] | undefined)[]): Patch[] | undefined {
  const found = patches.filter((patch) => patch !== undefined)
  return found.length < patches.length ? undefined : found.flat()
}

/** The text after a change: with as little changed as means the same. */
function changed(source: Source, change: Change): string {
  const direct = spliced(source, change)
  if (direct !== undefined) return direct
  const alone = unshared(source, change.paths)
  const again = alone.text === source.text ? undefined : spliced(alone, change)
  if (again !== undefined) return again
  change.mutate(alone.doc)
  return printed(alone, change.want)
}

/**
 * Adds values to the end of a list, which is made when it is missing. A list that other keys have by an alias becomes
 * longer for all of them; an alias itself is written out.
 * @param text a config without mistakes; it comes back unchanged when all values are in the list already
 */
export function addToList(text: string, path: Path, values: readonly string[]): string {
  const source = opened(sourceOf(text), path)
  const { doc } = source
  const list: unknown = doc.getIn(path, true)
  const there = new Set(isSeq(list) ? list.items.map((entry) => valueOf(doc, entry)) : [])
  const missing = [...new Set(values)].filter((value) => !there.has(value))
  if (missing.length === 0) return text
  const patch = isSeq(list) ? appended(source.text, list, missing) : place(source, { path, value: missing })
  if (isSeq(list)) for (const value of missing) list.add(doc.createNode(value))
  else put(doc, path, missing)
  const want: unknown = doc.toJS()
  return spliced(source, { want, patches: () => all([patch]) }) ?? printed(source, want)
}

/** A text with another value at a path. */
function withValue(source: Source, path: Path, value: Scalar | readonly string[]): string {
  return changed(source, {
    paths: [path],
    want: changedAt(source.doc.toJS(), path, () => value),
    patches: (now) => all([written(now, path, value) ?? place(now, { path, value })]),
    mutate: (doc) => put(doc, path, value),
  })
}

/**
 * Sets one value; maps on the way are made when they are missing.
 * @param text a config without mistakes; it comes back unchanged when it has the value already
 */
export function setValue(text: string, path: Path, value: Scalar): string {
  const source = sourceOf(text)
  return valueAt(source.doc.toJS(), path) === value ? text : withValue(source, path, value)
}

/**
 * Makes a list without entries where there is none.
 * @param text a config without mistakes; it comes back unchanged when the list is there already
 */
export function setEmptyList(text: string, path: Path): string {
  const source = sourceOf(text)
  const there = valueAt(source.doc.toJS(), path) ?? null
  return there === null ? withValue(source, path, []) : text
}

/**
 * Takes values out of a list, each with the comment on its own line. A list that becomes empty stays, as `[]`.
 * @param text a config without mistakes; it comes back unchanged when none of the values is in the list
 */
export function removeFromList(text: string, path: Path, values: readonly string[]): string {
  const source = sourceOf(text)
  const data: unknown = source.doc.toJS()
  const list = valueAt(data, path)
  const gone = new Set<unknown>(values)
  if (!Array.isArray(list) || !list.some((value) => gone.has(value))) return text
  const isGone = (value: unknown): boolean => gone.has(value)
  return changed(source, {
    paths: [path],
    want: changedAt(data, path, () => list.filter((value) => !isGone(value))),
    patches: (now) => cutEntries(now, path, isGone),
    mutate: (doc) => dropEntries(doc, path, isGone),
  })
}

/**
 * Takes a key with its value out, and the maps around it that become empty by it.
 * @param text a config without mistakes; it comes back unchanged when the key is not there
 */
export function removeKey(text: string, path: Path): string {
  const source = sourceOf(text)
  const data: unknown = source.doc.toJS()
  if (valueAt(data, path) === undefined) return text
  return changed(source, {
    paths: [path],
    want: withoutKey(data, path),
    patches: (now) => cutPair(now, path),
    mutate: (doc) => dropPair(doc, path),
  })
}

/**
 * Puts a hub name in the place of another, in every list of hub names. A list that has the new one already loses the
 * old one.
 * @param text a config without mistakes; it comes back unchanged when no list has the old name
 */
export function replaceInLists(text: string, from: string, to: string): string {
  const source = sourceOf(text)
  const data: unknown = source.doc.toJS()
  const hasOld = (list: unknown): boolean => Array.isArray(list) && list.includes(from)
  const lists = NAME_LISTS.flatMap((path) => listsAt(data, path)).filter((path) =>
    hasOld(valueAt(data, path)),
  )
  if (lists.length === 0 || from === to) return text
  const one = (list: unknown): unknown => (Array.isArray(list) ? renamed(list, { from, to }) : list)
  return changed(source, {
    paths: lists,
    want: lists.reduce<unknown>((now, path) => changedAt(now, path, one), data),
    patches: (now) => all(lists.map((path) => replacedEntries(now, path, { from, to }))),
    mutate: (doc) => {
      for (const path of lists) renameIn(doc, path, { from, to })
    },
  })
}
