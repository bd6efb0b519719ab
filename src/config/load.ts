/** config.yaml to Config, or one ConfigError that lists every problem with its place. */
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import type { Document } from 'yaml'
import type { z } from 'zod'

import { ConfigError } from '../errors.ts'
import type { Problem } from '../errors.ts'
import { configSchema } from './schema.ts'
import type { Config, NameRule } from './schema.ts'

type Path = readonly PropertyKey[]

function keyOffset(parent: unknown, key: PropertyKey | undefined): number | undefined {
  if (!isMap(parent)) return undefined
  const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key)
  return pair !== undefined && isNode(pair.key) ? pair.key.range?.[0] : undefined
}

/** Where a path lies in the text: the key itself, or its nearest ancestor that is written down. */
function offsetOf(doc: Document.Parsed, path: Path): number | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = depth === 1 ? doc.contents : doc.getIn(path.slice(0, depth - 1), true)
    const key = keyOffset(parent, path[depth - 1])
    if (key !== undefined) return key
    const node: unknown = doc.getIn(path.slice(0, depth), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return undefined
}

interface Place {
  readonly path: Path
  readonly message: string
}

const NAMES: Readonly<Record<string, string>> = { array: 'a list', object: 'a mapping', record: 'a mapping' }

function typeName(value: unknown): string {
  if (value === null) return 'nothing'
  return Array.isArray(value) ? 'a list' : typeof value
}

/** A zod issue as places; unknown keys become one each. */
function places(issue: z.core.$ZodIssue): Place[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'unknown key' }))
  }
  if (issue.code === 'invalid_type') {
    return [
      {
        path: issue.path,
        message: `expected ${NAMES[issue.expected] ?? issue.expected}, found ${typeName(issue.input)}`,
      },
    ]
  }
  return [{ path: issue.path, message: issue.message }]
}

/** A key without a value (`users:` with everything under it commented out) counts as not written. */
function withoutEmpty(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const written = Object.entries(value).filter(([, entry]) => entry !== null)
  return Object.fromEntries(written.map(([key, entry]) => [key, withoutEmpty(entry)]))
}

/**
 * Reads a configuration.
 * @param file its name, for messages
 * @param rule says what is wrong with a hub name
 * @throws ConfigError with every problem, sorted by place
 */
export function parseConfig(text: string, file: string, rule: NameRule): Config {
  const lines = new LineCounter()
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const at = (offset: number | undefined): Pick<Problem, 'line' | 'column'> => {
    if (offset === undefined) return {}
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  if (doc.errors.length > 0) {
    throw new ConfigError(doc.errors.map(({ pos, message }) => ({ file, ...at(pos[0]), key: '', message })))
  }
  const result = configSchema(rule).safeParse(withoutEmpty(doc.toJS() ?? {}), { reportInput: true })
  if (result.success) return result.data
  const found = result.error.issues
    .flatMap(places)
    .map(({ path, message }) => ({ offset: offsetOf(doc, path) ?? 0, path, message }))
    .toSorted((a, b) => a.offset - b.offset)
  throw new ConfigError(
    found.map(({ path, message, offset }) => ({
      file,
      ...(path.length === 0 ? {} : at(offset)),
      key: path.map(String).join('.'),
      message,
    })),
  )
}
