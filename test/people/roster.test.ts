import { describe, expect, test } from 'vitest'

import { UsageError } from '../../src/errors.ts'
import { parseRoster, rosterName } from '../../src/people/roster.ts'
import type { Roster, RosterRow } from '../../src/people/roster.ts'

const parse = (text: string): Roster => parseRoster(text, 'class.csv')
const user = (name: string, ...groups: string[]): RosterRow => ({ name, groups, role: 'user' })

const TWO: Roster = [user('bob', 'a', 'b'), { name: 'tina', groups: ['a'], role: 'instructor' }]

describe('a roster is read', () => {
  test.each([
    ['as we write it', 'name,groups,role\nbob,a;b,user\ntina,a,instructor\n'],
    ['without a last line break', 'name,groups,role\nbob,a;b,\ntina,a,instructor'],
    ['with its columns in another order', 'role,name,groups\n,bob,a;b\ninstructor,tina,a\n'],
    ['with capitals', 'NAME,Groups,RoLe\nBob,a;b,USER\ntina,a,Instructor\n'],
    ['with the other headings', 'name,group,roles\nbob,a;b,user\ntina,a,instructor\n'],
    [
      'with blanks around headings, groups and roles',
      'name , groups, role\nbob, a ;  b , user\ntina, a, instructor',
    ],
    ['with groups separated by blanks', 'name,groups,role\nbob,a b,user\ntina,a,instructor\n'],
    ['with groups separated by commas', 'name,groups,role\nbob,"a,b",user\ntina,a,instructor\n'],
    ['with the same group twice', 'name,groups,role\nbob,b;a;b,user\ntina,a;a,instructor\n'],
    ['with a byte order mark', '\uFEFFname,groups,role\nbob,a;b,user\ntina,a,instructor\n'],
    [
      'with a byte order mark and quotes',
      '\uFEFF"name","groups","role"\n"bob","a;b","user"\n"tina","a","instructor"\n',
    ],
    ['with CRLF', 'name,groups,role\r\nbob,a;b,user\r\ntina,a,instructor\r\n'],
    ['with CR', 'name,groups,role\rbob,a;b,user\rtina,a,instructor\r'],
    ['with several line breaks', 'name,groups,role\r\nbob,a;b,user\n\rtina,a,instructor\r'],
    ['with semicolons', 'name;groups;role\nbob;a b;user\ntina;a;instructor\n'],
    ['with semicolons and commas', 'name;groups;role\nbob;a,b;user\ntina;a;instructor\n'],
    ['with semicolons and quotes', '"name";"groups";"role"\nbob;"a;b";user\ntina;a;instructor\n'],
    ['with tabs', 'name\tgroups\trole\nbob\ta;b\tuser\ntina\ta\tinstructor\n'],
    [
      'with comments and empty lines',
      '# spring\n\nname,groups,role\n#x,"\n\nbob,a;b,user\n  \n,,\ntina,a,instructor\n#',
    ],
    [
      'with commas in a comment before semicolons',
      '# a,b,name\n;;\nname;groups;role\nbob;a b;\ntina;a;instructor\n',
    ],
    ['with more columns', 'Matr.,name,Mail,groups,role\n7,bob,"B, b@x",a;b,\n8,tina,t@x,a,instructor\n'],
    [
      'with separators in other headings',
      'name;"mail, private";groups;role\nbob;x;a b;\ntina;y;a;instructor\n',
    ],
    [
      'with cells of several lines',
      'name,"a ""note""\n#2",groups,role\nbob,"x\r\n\r\ny",a;b,\ntina,,a,instructor\n',
    ],
    ['with # in its cells', 'name,note,groups,role\nbob,x #1,a b,\ntina,#,a,instructor\n'],
    ['with empty cells at the end', 'name,groups,role\nbob,a;b,user,, \ntina,a,instructor,\n'],
    ['in any order', 'name,groups,role\ntina,a,instructor\nbob,b;a,user\n'],
  ])('%s', (_, text) => {
    expect(parse(text)).toEqual(TWO)
  })

  test.each([
    ['only names', 'name\nbob\nann\n', [user('ann'), user('bob')]],
    ['names and roles', 'name,role\nbob,operator\n', [{ name: 'bob', groups: [], role: 'operator' }]],
    ['shorter rows', 'name,groups,role\nbob\nann,a\n', [user('ann', 'a'), user('bob')]],
    ['only a header', 'name,groups,role\n', []],
    ['names that are words of JavaScript', 'name\nconstructor\n', [user('constructor')]],
    ['names with every character', 'name\n0a.b_c@d+e-f\n', [user('0a.b_c@d+e-f')]],
  ])('%s', (_, text, rows) => {
    expect(parse(text)).toEqual(rows)
  })
})

describe('the name of a roster', () => {
  test.each([
    ['course-a.csv', undefined, 'course-a'],
    ['/srv/lists/Spring_2026.CSV', undefined, 'spring_2026'],
    ['./1.b', undefined, '1.b'],
    ['my list.csv', 'course-a', 'course-a'],
    ['-', 'Course-A', 'course-a'],
    ['x.csv', 'course-a.csv', 'course-a'],
    ['x', 'a'.repeat(32), 'a'.repeat(32)],
  ])('%s with %s is %s', (path, given, name) => {
    expect(rosterName(path, given)).toBe(name)
  })

  test.each([
    ['-', undefined, 'a roster from standard input needs a name: add --name'],
    ['my list.csv', undefined, "'my list' is no name for a roster: give another with --name"],
    ['.csv', undefined, "'' is no name"],
    ['/srv/..', undefined, "'..' is no name"],
    ['x.csv', '', "'' is no name"],
    ['x.csv', '../../etc/x', "'../../etc/x' is no name"],
    ['x.csv', '-rf', "'-rf' is no name"],
    ['x.csv', 'a'.repeat(33), 'at most 32 characters'],
    ['x.csv', '\u212Aurs', String.raw`'\u{212a}urs' is no name`],
    ['x.csv', 'a\n', String.raw`'a\u{a}' is no name`],
  ])('%j with %j: %s', (path, given, message) => {
    const work = (): string => rosterName(path, given)
    expect(work).toThrow(UsageError)
    expect(work).toThrow(message)
  })
})
