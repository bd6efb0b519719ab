import { describe, expect, test } from 'vitest'

import { accountNames, fieldsOf, membersOf, parsePasswd, usedIds } from '../../src/host/account-files.ts'

const PASSWD = `root:x:0:0:root:/root:/bin/bash
jupyter-bob:x:20000:20000::/home/jupyter-bob:/bin/bash
bob:x:1001:100::/home/bob:/bin/sh
+::::::
`
const GROUPS = 'root:x:0:\nusers:x:100:bob\ncourse:x:30000:jupyter-bob,bob,\nlast:x:30001:bob'

describe('fieldsOf', () => {
  test.each<[string, string, string | undefined]>([
    ['the first line', 'root', 'root'],
    ['a line in the middle', 'jupyter-bob', 'jupyter-bob'],
    ['the end of another name', 'bob', 'bob'],
    ['the beginning of another name', 'jupyter', undefined],
    ['a name in another field', '/root', undefined],
    ['a name with the signs of an expression', 'b.b', undefined],
    ['nothing', '', undefined],
    ['a line break', 'bob\nroot', undefined],
  ])('of %s', (_, name, found) => {
    expect(fieldsOf(PASSWD, name)?.[0]).toBe(found)
  })

  test('gives the whole line and no more, also at the end of the file', () => {
    expect(fieldsOf(PASSWD, 'bob')).toEqual(['bob', 'x', '1001', '100', '', '/home/bob', '/bin/sh'])
    expect(fieldsOf(GROUPS, 'last')).toEqual(['last', 'x', '30001', 'bob'])
    expect(fieldsOf('', 'bob')).toBeUndefined()
    expect(fieldsOf('only:x:1:', 'only')).toEqual(['only', 'x', '1', ''])
  })

  test('members are names, without what stands between commas', () => {
    expect(membersOf(GROUPS, 'course')).toEqual(['jupyter-bob', 'bob'])
    expect(membersOf(GROUPS, 'root')).toEqual([])
    expect(membersOf(GROUPS, 'bob')).toBeUndefined()
  })
})

describe('what is remembered', () => {
  test('is of the text that is asked about', () => {
    const other = 'ann:x:1:1::/h:/s\n'
    expect(accountNames(PASSWD).has('bob')).toBe(true)
    expect(accountNames(other)).toEqual(new Set(['ann']))
    expect(accountNames(PASSWD).has('ann')).toBe(false)
    expect(parsePasswd(other).map(({ name }) => name)).toEqual(['ann'])
    expect(parsePasswd(PASSWD)).toHaveLength(4)
  })
})

test('usedIds has uids, first groups and groups', () => {
  expect(usedIds(PASSWD, GROUPS)).toEqual(new Set([0, 20_000, 1001, 100, 30_000, 30_001]))
})
