import { DatabaseSync } from 'node:sqlite'

import { beforeEach, describe, expect, test } from 'vitest'

import { BugError, HostError } from '../../src/errors.ts'
import { Accesses } from '../../src/people/access-table.ts'
import type { Access } from '../../src/people/access.ts'
import { migrate } from '../../src/people/rows.ts'

const ada: Access = { role: 'owner', groups: [], teaches: [] }
const bob: Access = { role: 'user', groups: ['course', 'lab'], teaches: [] }
const tina: Access = { role: 'instructor', groups: ['course'], teaches: ['course'] }
let database: DatabaseSync
let table: Accesses

/** How many rows were written since the table was made. */
const written = (): number => Number(database.prepare('SELECT total_changes() AS n').get()?.['n'])

function writes(work: () => void): number {
  const before = written()
  work()
  return written() - before
}

beforeEach(() => {
  database = new DatabaseSync(':memory:')
  migrate(database, 'the ledger')
  table = new Accesses(database, 'the ledger')
})

describe('the table of accesses', () => {
  test('is what replace was given, and nothing else', () => {
    table.replace(new Map(Object.entries({ ada, bob })))
    expect(table.all()).toEqual(new Map(Object.entries({ ada, bob })))
    table.replace(new Map(Object.entries({ bob, tina })))
    expect(table.all()).toEqual(new Map(Object.entries({ bob, tina })))
    expect(table.find('tina')).toEqual(tina)
    expect(table.find('ada')).toBeUndefined()
    table.replace(new Map())
    expect(table.all()).toEqual(new Map())
  })

  test('has nobody whom it was not given, words of JavaScript and SQL included', () => {
    table.replace(new Map([['constructor', bob]]))
    expect(table.find('constructor')).toEqual(bob)
    for (const name of ['toString', '__proto__', `x' OR '1'='1`, '']) expect(table.find(name)).toBeUndefined()
  })

  test.each<[string, Record<string, Access>, number]>([
    ['the same', { ada, bob, tina }, 0],
    ['the same in another order', { tina, ada, bob }, 0],
    ['one more', { ada, bob, tina, eve: bob }, 1],
    ['one less', { ada, tina }, 1],
    ['another role', { ada, bob: { ...bob, role: 'operator' }, tina }, 1],
    ['one group less', { ada, bob: { ...bob, groups: ['course'] }, tina }, 1],
    ['a swap', { ada: bob, bob: ada, tina }, 2],
    ['nobody', {}, 3],
  ])('writes only what differs: %s', (_, wanted, rows) => {
    table.replace(new Map(Object.entries({ ada, bob, tina })))
    expect(writes(() => table.replace(new Map(Object.entries(wanted))))).toBe(rows)
    expect(table.all()).toEqual(new Map(Object.entries(wanted)))
  })

  test.each([
    ['an unknown role', '{"role":"root","groups":[],"teaches":[]}'],
    ['no role', '{"groups":[],"teaches":[]}'],
    ['groups that are none', '{"role":"owner","groups":"course","teaches":[]}'],
    ['a group that is no text', '{"role":"owner","groups":[1],"teaches":[]}'],
    ['nothing taught', '{"role":"owner","groups":[]}'],
    ['a list', '[]'],
    ['null', 'null'],
  ])('gives no rights for %s', (_, stored) => {
    database.prepare('INSERT INTO access VALUES (?, ?)').run('eve', stored)
    expect(() => table.find('eve')).toThrow(BugError)
    expect(() => table.all()).toThrow(BugError)
  })

  test('heals a row that nobody understands', () => {
    database.prepare('INSERT INTO access VALUES (?, ?)').run('ada', 'nonsense')
    table.replace(new Map([['ada', ada]]))
    expect(table.find('ada')).toEqual(ada)
  })

  test('explains a file that cannot be used', () => {
    database.exec('DROP TABLE access')
    expect(() => table.find('ada')).toThrow(HostError)
    expect(() => table.replace(new Map())).toThrow('the ledger cannot be used')
  })
})
