/** Aliases in config.yaml: written out where a change of one place would be one of another place too. */
import { isAlias, isNode, visit } from 'yaml'
import type { Alias, Document } from 'yaml'

import { pairsOn } from './node.ts'
import { flowText, patched, sourceOf } from './text.ts'
import type { Patch, Path, Source } from './text.ts'

/** The keys and values on a path, from the top, as far as there are any; none behind an alias. */
const nodesOn = (doc: Document, path: Path): unknown[] =>
  pairsOn(doc, path).flatMap(({ pair }) => [pair.key, pair.value])

/** Puts what an alias stands for in its place. */
function writtenOut(doc: Document, alias: Alias): Patch[] {
  const data: unknown = alias.resolve(doc)?.toJS(doc)
  const [from, to] = alias.range ?? []
  if (data === undefined || from === undefined || to === undefined) return []
  return [{ from, to, text: flowText(data) }]
}

/** The same data without an alias on the path or at its end. */
export function opened(source: Source, path: Path): Source {
  const alias = nodesOn(source.doc, path).find(isAlias)
  const patches = alias === undefined ? [] : writtenOut(source.doc, alias)
  // What was put there has no aliases, so this ends.
  return patches.length === 0 ? source : opened(sourceOf(patched(source.text, patches)), path)
}

/** The same data with nothing on the paths, or below their ends, that another place has by an alias. */
export function unshared(source: Source, paths: readonly Path[]): Source {
  const { text, doc } = paths.reduce(opened, source)
  const own = new Set<unknown>()
  for (const nodes of paths.map((path) => nodesOn(doc, path))) {
    for (const node of nodes) own.add(node)
    const end = nodes.at(-1)
    visit(isNode(end) ? end : null, { Node: (_, node) => void own.add(node) })
  }
  const patches: Patch[] = []
  visit(doc, {
    Alias: (_, alias) => {
      if (own.has(alias.resolve(doc))) patches.push(...writtenOut(doc, alias))
    },
  })
  return patches.length === 0 ? { text, doc } : sourceOf(patched(text, patches))
}
