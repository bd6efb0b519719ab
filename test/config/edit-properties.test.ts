/** Random configs, edited: the data are what they must be, and what others wrote stays. */
import { assert, constantFrom, oneof, property, uniqueArray } from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

import { nameRule } from '../../src/cli/machine.ts'
import { addToList, removeFromList, removeKey, replaceInLists } from '../../src/config/edit.ts'
import { parseConfig } from '../../src/config/load.ts'
import type { Config } from '../../src/config/schema.ts'
import { configText, GROUPS, LISTS, NAMES } from '../support/config-text.ts'

const read = (text: string): Config => parseConfig(text, 'config.yaml', nameRule)
const anyText = configText('', 'list', 'name')
const names = uniqueArray(constantFrom(...NAMES), { minLength: 1, maxLength: 4 })
const path = oneof(
  constantFrom(...LISTS).map((key) => ['users', key]),
  constantFrom(...GROUPS).map((key) => ['users', 'extra_user_groups', key]),
)

interface Data {
  [key: string]: Data | string[] | undefined
}

const dataOf = (text: string): Data => structuredClone((parse(text) ?? {}) as Data)

/** The data with another list at a path, or without it, and then without the maps that are empty. */
function withList(data: Data, [key = '', ...rest]: readonly string[], list: string[] | undefined): Data {
  const below = data[key]
  const inside = rest.length > 0 ? withList((below ?? {}) as Data, rest, list) : list
  const { [key]: _, ...others } = data
  const isEmpty = inside === undefined || Object.keys(inside).length === 0
  return isEmpty && list === undefined ? others : { ...data, [key]: inside }
}

const listAt = (data: Data, keys: readonly string[]): string[] | undefined =>
  keys.reduce<unknown>((value, key) => (value as Data | undefined)?.[key], data) as string[] | undefined

/** All comments, but for those on lines with one of some names. */
const commentsOf = (text: string, names_: readonly string[] = []): string[] =>
  text
    .split(/\r?\n/)
    .filter((line) => !names_.some((name) => line.includes(`"${name}"`) || line.includes(`'${name}'`)))
    .flatMap((line) => /# .*$/.exec(line)?.[0] ?? [])

/** Comments of one text that are missing in another, each as often as it is. */
function missing(after: string, comments: readonly string[]): string[] {
  const left = commentsOf(after)
  return comments.filter((comment) => {
    const at = left.indexOf(comment)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

test('what was added and taken out again leaves no trace', () => {
  assert(
    property(configText(''), path, names, (before, at, added) => {
      const there = listAt(dataOf(before), at)
      const fresh = added.filter((name) => there?.includes(name) !== true)
      const more = addToList(before, at, fresh)
      expect(listAt(dataOf(more), at) ?? []).toEqual([...(there ?? []), ...fresh])
      expect(missing(more, commentsOf(before))).toEqual([])
      // Readers of older YAML see the same names.
      expect(listAt(parse(more, { version: '1.1' }) as Data, at)).toEqual(listAt(dataOf(more), at))
      const less = removeFromList(more, at, fresh)
      expect(less).toBe(there !== undefined && there.length > 0 ? before : less)
      const back = there === undefined ? removeKey(less, at) : less
      expect(read(back)).toEqual(read(before))
      expect(missing(back, commentsOf(before))).toEqual([])
    }),
  )
})

test('names that are taken out of a list are taken out of that list only', () => {
  assert(
    property(anyText, path, names, (before, at, gone) => {
      const [data, after] = [dataOf(before), removeFromList(before, at, gone)]
      const list = listAt(data, at)
      const want =
        list &&
        withList(
          data,
          at,
          list.filter((name) => !gone.includes(name)),
        )
      expect(dataOf(after)).toEqual(want ?? data)
      expect(missing(after, commentsOf(before, gone))).toEqual([])
      expect(removeFromList(after, at, gone)).toBe(after)
    }),
  )
})

test('lines that are not about the names stay byte for byte', () => {
  assert(
    property(anyText, path, names, (before, at, gone) => {
      const after = new Set(removeFromList(before, at, gone).split('\n'))
      const others = before
        .split('\n')
        .filter((line) => /^\s*(#|- |http|port)/.test(line) && !gone.some((name) => line.includes(name)))
      expect(others.filter((line) => !after.has(line) && !after.has(line.trimEnd()))).toEqual([])
    }),
  )
})

test('a key that is taken out takes nothing else with it', () => {
  assert(
    property(anyText, path, (before, at) => {
      const [data, after] = [dataOf(before), removeKey(before, at)]
      const list = listAt(data, at)
      expect(dataOf(after)).toEqual(list === undefined ? data : withList(data, at, undefined))
      expect(removeKey(after, at)).toBe(after)
    }),
  )
})

/** The data with a name in the place of another. */
function renamed(data: Data, from: string, to: string): Data {
  const one = (list: string[]): string[] =>
    list.includes(to) ? list.filter((name) => name !== from) : list.map((name) => (name === from ? to : name))
  if (from === to) return data
  const all = [
    ...LISTS.map((key) => ['users', key]),
    ...GROUPS.map((key) => ['users', 'extra_user_groups', key]),
  ]
  return all.reduce((now, at) => {
    const list = listAt(now, at)
    return list === undefined ? now : withList(now, at, one(list))
  }, data)
}

test('a name is another in all lists, and nowhere else', () => {
  assert(
    property(anyText, constantFrom(...NAMES), constantFrom(...NAMES, 'zoe'), (before, from, to) => {
      const after = replaceInLists(before, from, to)
      expect(dataOf(after)).toEqual(renamed(dataOf(before), from, to))
      expect(missing(after, commentsOf(before, [from]))).toEqual([])
      expect(replaceInLists(after, from, to)).toBe(after)
    }),
  )
})
