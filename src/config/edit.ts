/** Edits of config.yaml that keep comments, order and everything they do not touch. */
import { isScalar, isSeq, parseDocument } from 'yaml'
import type { YAMLSeq } from 'yaml'

const values = (list: YAMLSeq): unknown[] => list.items.map((item) => (isScalar(item) ? item.value : item))

/** Adds a value to the end of a list, which is made when it is missing; unchanged text when it is in the list already. */
export function addToList(text: string, path: readonly string[], value: string): string {
  const doc = parseDocument(text)
  const list: unknown = doc.getIn(path, true)
  if (isSeq(list)) {
    if (values(list).includes(value)) return text
    doc.addIn(path, value)
  } else {
    doc.setIn(path, doc.createNode([value]))
  }
  return doc.toString({ lineWidth: 0 })
}

/** Sets one value; maps on the way are made when they are missing. */
export function setValue(
  text: string,
  path: readonly string[],
  value: string | number | boolean | null,
): string {
  const doc = parseDocument(text)
  doc.setIn(path, value)
  return doc.toString({ lineWidth: 0 })
}
