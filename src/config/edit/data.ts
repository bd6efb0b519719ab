/** What config.yaml must hold after an edit, worked out from what it held before. Only what lies on the path is another. */
import { isFields } from '../../fields.ts'
import type { Path } from './text.ts'

/** The value at a path; undefined when there is none. */
export function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (isFields(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    data,
  )
}

/** The data with another value at a path; maps on the way are made when they are missing. */
export function changedAt(data: unknown, path: Path, change: (value: unknown) => unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return change(data)
  const fields = isFields(data) ? data : {}
  return { ...fields, [key]: changedAt(valueAt(fields, [key]), rest, change) }
}

/** The data without a key; undefined when nothing else is in its map, nor in the maps around it. */
export function withoutKey(data: unknown, path: Path): unknown {
  const [key = '', ...rest] = path
  if (!isFields(data) || !Object.hasOwn(data, key)) return data
  const below = rest.length === 0 ? undefined : withoutKey(data[key], rest)
  if (below !== undefined) return { ...data, [key]: below }
  const left = Object.entries(data).filter(([name]) => name !== key)
  return left.length === 0 ? undefined : Object.fromEntries(left)
}

/** The paths of the lists at a path: of the one there, or of all in the map there. */
export function listsAt(data: unknown, path: Path): Path[] {
  const value = valueAt(data, path)
  if (Array.isArray(value)) return [path]
  if (!isFields(value)) return []
  return Object.keys(value)
    .map((key) => [...path, key])
    .filter((inside) => Array.isArray(valueAt(data, inside)))
}
