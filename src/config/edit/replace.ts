/** One value in the place of another, in the lists of config.yaml. */
import { isAlias, isScalar, isSeq } from 'yaml'
import type { Document } from 'yaml'

import { cutEntries } from './cut.ts'
import { dropEntries, pairsOn, replaceEntries, valueOf } from './node.ts'
import { flowText } from './text.ts'
import type { Patch, Path, Source } from './text.ts'

/** The old value and the new one. */
interface Renaming {
  readonly from: string
  readonly to: string
}

/** The list afterwards. Where the new value is there already, the old one goes. */
export function renamed(list: readonly unknown[], { from, to }: Renaming): unknown[] {
  if (list.includes(to)) return list.filter((value) => value !== from)
  return list.map((value) => (value === from ? to : value))
}

/** The new value in the quotes of the old one. */
function written(entry: unknown, to: string): string {
  const type = isScalar(entry) ? entry.type : undefined
  if (type === 'QUOTE_DOUBLE') return JSON.stringify(to)
  return type === 'QUOTE_SINGLE' ? `'${to.replaceAll("'", "''")}'` : flowText(to)
}

function patchOf(text: string, entry: unknown, to: string): Patch[] {
  const [from, end] = (isScalar(entry) || isAlias(entry) ? entry.range : undefined) ?? []
  if (from === undefined || end === undefined) return []
  // A text of several lines ends behind its newline.
  return [{ from, to: text[end - 1] === '\n' ? end - 1 : end, text: written(entry, to) }]
}

/** Renames in the list at a path; undefined where there is no telling how. */
export function replacedEntries(source: Source, path: Path, renaming: Renaming): Patch[] | undefined {
  const { from, to } = renaming
  const list = pairsOn(source.doc, path)[path.length - 1]?.pair.value
  // The list behind an alias may be one of those that are changed.
  if (isAlias(list)) return []
  if (!isSeq(list)) return undefined
  const values = list.items.map((entry) => valueOf(source.doc, entry))
  if (values.includes(to)) return cutEntries(source, path, (value) => value === from)
  return list.items.flatMap((entry, index) => (values[index] === from ? patchOf(source.text, entry, to) : []))
}

/** The same in a document. */
export function renameIn(doc: Document, path: Path, renaming: Renaming): void {
  const list: unknown = doc.getIn(path, true)
  const hasNew = isSeq(list) && list.items.some((entry) => valueOf(doc, entry) === renaming.to)
  if (hasNew) dropEntries(doc, path, (value) => value === renaming.from)
  else replaceEntries(doc, path, renaming)
}
