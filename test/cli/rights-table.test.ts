import type { Command } from 'commander'
import { array, assert, constantFrom, oneof, property, record, string, subarray } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { program } from '../../src/cli/program.ts'
import { checkRights, type Request, RIGHTS } from '../../src/cli/rights.ts'
import { DeniedError, UsageError } from '../../src/errors.ts'
import { parseHubName } from '../../src/people/names.ts'
import { ivan, olga, PEOPLE } from './rights-scene.ts'

const attributes = (command: Command): string[] => command.options.map((option) => option.attributeName())

describe('the table', () => {
  interface Leaf {
    readonly path: string
    readonly command: Command
  }
  const leaves = (command: Command, above: readonly string[]): Leaf[] =>
    command.commands.length === 0
      ? [{ path: above.join(' '), command }]
      : command.commands.flatMap((below) => leaves(below, [...above, below.name()]))
  const tree = program(() => undefined)
  const all = leaves(tree, [])

  test('names every command of the tree', () => {
    expect(all.map(({ path }) => path).filter((path) => !RIGHTS.has(path))).toEqual([])
  })

  test('names no other', () => {
    const known = new Set(all.map(({ path }) => path))
    expect([...RIGHTS.keys()].filter((path) => !known.has(path))).toEqual([])
  })

  const open = all.filter(({ path }) => typeof RIGHTS.get(path) === 'object')

  test.each(open)('$path: names every option', ({ path, command }) => {
    const rule = RIGHTS.get(path)
    const options = typeof rule === 'object' ? Object.keys(rule.options) : []
    expect(options).toEqual(expect.arrayContaining(attributes(command)))
  })

  test.each(open)('$path: says what the positionals are', ({ path, command }) => {
    const rule = RIGHTS.get(path)
    const names = command.registeredArguments.map((argument) => argument.name())
    const expected = { none: [], people: ['name'], group: ['group'], file: ['file'] }
    expect(names).toEqual(typeof rule === 'object' ? expected[rule.words] : undefined)
  })

  test('the options of the whole tree only say how to show and to ask', () => {
    expect(attributes(tree).toSorted()).toEqual(['json', 'verbose', 'yes'])
  })
})

const paths = oneof(constantFrom(...RIGHTS.keys()), string()).map((command) => command.split(' '))
const files = array(constantFrom('-', '-', '-', '/etc/shadow', '/dev/stdin', ''), { maxLength: 2 })
const names = array(oneof(constantFrom(...PEOPLE.keys(), 'BOSS', 'Ada', 'course-a'), string()), {
  maxLength: 3,
})
const value = oneof(constantFrom<unknown>('-', '-', true, undefined, 'x', '/etc/shadow', ['-']), string())
const keys = ['json', 'passwordFile', 'slips', 'name', 'reason', 'admin', 'shell', 'group']
const options = subarray(keys, { maxLength: 2 }).chain((some) =>
  record(Object.fromEntries(some.map((key) => [key, value]))),
)
const requests = record({ path: paths, names, options, files })
type Asked = Omit<Request, 'target'>

function allowed(caller: typeof olga | typeof ivan, asked: Asked): boolean {
  try {
    checkRights(caller, { ...asked, target: (name) => PEOPLE.get(name) })
    return true
  } catch (error) {
    if (error instanceof DeniedError || error instanceof UsageError) return false
    throw error
  }
}

const FILES = ['passwordFile', 'slips']
const OPEN = new Set(['json', 'name', 'reason', ...FILES])
const plain = ({ options: given, files: named }: Asked): boolean =>
  named.every((file) => file === '-') &&
  Object.entries(given).every(
    ([key, word]) => word === undefined || (OPEN.has(key) && (!FILES.includes(key) || word === '-')),
  )

/** Whom a request may reach. */
function theirs(caller: typeof olga | typeof ivan, text: string, verb = ''): boolean {
  const parsed = parseHubName(text)
  if (!parsed.ok) return false
  if (parsed.name === caller.name) return verb === 'show'
  const target = PEOPLE.get(parsed.name)
  if (target?.role !== 'user' || (caller === ivan && !target.groups.includes('course-a'))) return false
  return !target.locked || target.lockedBy === 'other' || ['show', 'stop'].includes(verb)
}

test('whatever is asked: who is allowed only reaches users, and no file', () => {
  let count = 0
  assert(
    property(constantFrom(olga, ivan), requests, (caller, asked) => {
      if (!allowed(caller, asked)) return true
      count += 1
      const [noun, verb] = asked.path
      return plain(asked) && (noun !== 'user' || asked.names.every((name) => theirs(caller, name, verb)))
    }),
    { numRuns: 20_000 },
  )
  // Otherwise it says nothing.
  expect(count).toBeGreaterThan(50)
})
