/** config.yaml to Config, or one ConfigError that lists every problem with its place. */
import { isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import type { Document, YAMLParseError } from 'yaml'
import type { z } from 'zod'

import { ConfigError } from '../errors.ts'
import type { Problem } from '../errors.ts'
import type { NameRule } from './schema-users.ts'
import { configSchema } from './schema.ts'
import type { Config } from './schema.ts'

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

/** Types as people call them. */
const NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
}

/** What was found; never its value, which may be a secret. */
function typeName(value: unknown): string {
  if (value === null) return 'nothing'
  if (typeof value === 'number' && !Number.isFinite(value)) return `${value}`
  return (Array.isArray(value) ? NAMES['array'] : NAMES[typeof value]) ?? typeof value
}

function wrongType(expected: string, found: unknown): string {
  const quotes = expected === 'string' && typeof found === 'number' ? ' (put it in quotes)' : ''
  return `expected ${NAMES[expected] ?? expected}, found ${typeName(found)}${quotes}`
}

/** A zod issue as places; unknown keys become one each. */
function places(issue: z.core.$ZodIssue): Place[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'unknown key' }))
  }
  if (issue.code === 'invalid_type') {
    return [{ path: issue.path, message: wrongType(issue.expected, issue.input) }]
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map(({ message }) => ({ path: issue.path, message }))
  }
  return [{ path: issue.path, message: issue.message }]
}

/** A key without a value (`users:` with everything under it commented out) counts as not written. */
function withoutEmpty(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const written = Object.entries(value).filter(([, entry]) => entry !== null)
  return Object.fromEntries(written.map(([key, entry]) => [key, withoutEmpty(entry)]))
}

const syntaxMessage = ({ code, message }: YAMLParseError): string =>
  code === 'MULTIPLE_DOCS' ? 'only one document is read: take this line out' : message

/** The data of a document. Aliases are looked up only here, so an unknown one shows only here. */
function toData(
  doc: Document.Parsed,
  problem: (offset: number | undefined, message: string) => Problem,
): unknown {
  try {
    return doc.toJS() ?? {}
  } catch (error) {
    let offset: number | undefined
    visit(doc, {
      Alias(_, alias) {
        if (alias.resolve(doc) !== undefined) return
        offset = alias.range?.[0]
        return visit.BREAK
      },
    })
    throw new ConfigError([problem(offset, error instanceof Error ? error.message : String(error))])
  }
}

/**
 * Reads a configuration.
 * @param file its name, for messages
 * @param rule says what is wrong with a hub name
 * @throws ConfigError with every problem, sorted by place
 */
export function parseConfig(text: string, file: string, rule: NameRule): Config {
  const lines = new LineCounter()
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  const at = (offset: number | undefined): Pick<Problem, 'line' | 'column'> => {
    if (offset === undefined) return {}
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const problem = (offset: number | undefined, message: string): Problem => {
    return { file, ...at(offset), key: '', message }
  }
  if (doc.errors.length > 0) {
    throw new ConfigError(doc.errors.map((error) => problem(error.pos[0], syntaxMessage(error))))
  }
  const result = configSchema(rule).safeParse(withoutEmpty(toData(doc, problem)), { reportInput: true })
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
