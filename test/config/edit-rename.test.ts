import { describe, expect, test } from 'vitest'

import { addToList, replaceInLists, setEmptyList, setValue } from '../../src/config/edit.ts'

describe('replaceInLists', () => {
  test.each([
    [
      'in every list of names, in the quotes it had',
      'users:\n  admin: [ada, "ada", \'ada\'] # c\n  allowed:\n    - ada   # x\n  banned: [ada]\n  operators: [ ada ]\n  extra_user_groups: {a: [ada], b: [bob]}\n  instructors:\n    c:\n    - ada # t\n',
      'users:\n  admin: [zoe, "zoe", \'zoe\'] # c\n  allowed:\n    - zoe   # x\n  banned: [zoe]\n  operators: [ zoe ]\n  extra_user_groups: {a: [zoe], b: [bob]}\n  instructors:\n    c:\n    - zoe # t\n',
    ],
    [
      'where the new one is there already',
      'users:\n  admin: [zoe, ada]\n  allowed:\n    # one\n    - ada # gone\n    - zoe\n  banned: [ada]\n',
      'users:\n  admin: [zoe]\n  allowed:\n    # one\n    - zoe\n  banned: [zoe]\n',
    ],
    [
      'from a text of its own line',
      'users:\n  admin:\n    - >-\n      ada\n    - bob\n',
      'users:\n  admin:\n    - zoe\n    - bob\n',
    ],
    ['in a file from Windows', 'users:\r\n  admin: [ada]\r\n', 'users:\r\n  admin: [zoe]\r\n'],
    ['at an end without newline', 'users:\n  admin:\n    - ada', 'users:\n  admin:\n    - zoe'],
    ['in JSON', '{"users": {"admin": ["ada"]}}', '{"users": {"admin": ["zoe"]}}'],
  ])('renames %s', (_, before, after) => {
    expect(replaceInLists(before, 'ada', 'zoe')).toBe(after)
    expect(replaceInLists(after, 'ada', 'zoe')).toBe(after)
  })

  test.each([
    'users:\n  admin: [ada1,  adam ] # ada\nauth:\n  X: {admin_users: [ada]}\n',
    'users:\n  extra_user_groups: {ada: [bob]}\n',
    'users:\n',
    '',
  ])('leaves %j alone', (text) => {
    expect(replaceInLists(text, 'ada', 'zoe')).toBe(text)
  })

  test('leaves a name alone that is renamed to itself', () => {
    const text = 'users:\n  admin: [ada]\n'
    expect(replaceInLists(text, 'ada', 'ada')).toBe(text)
  })

  test.each(['yes', '1e3', '007', 'null'])('writes %s as text', (name) => {
    const text = replaceInLists('users:\n  admin:\n    - ada\n', 'ada', name)
    expect(text).toBe(`users:\n  admin:\n    - "${name}"\n`)
    expect(replaceInLists(text, name, 'ada')).toBe('users:\n  admin:\n    - "ada"\n')
  })
})

const GROUP = ['users', 'extra_user_groups', 'course-a']

describe('setEmptyList', () => {
  test.each([
    ['', 'users:\n  extra_user_groups:\n    course-a: []\n'],
    [
      'users:\n  admin: [ada] # me\n',
      'users:\n  admin: [ada] # me\n  extra_user_groups:\n    course-a: []\n',
    ],
    [
      'users:\n  extra_user_groups: {b: [bob]} # c\n',
      'users:\n  extra_user_groups: {b: [bob], course-a: []} # c\n',
    ],
    [
      'users:\n  extra_user_groups:\n    course-a:   # c\n',
      'users:\n  extra_user_groups:\n    course-a: []   # c\n',
    ],
    ['users:\n  extra_user_groups: {}\n# end', 'users:\n  extra_user_groups: { course-a: [] }\n# end'],
  ])('makes a list in %j', (before, after) => {
    expect(setEmptyList(before, GROUP)).toBe(after)
    expect(setEmptyList(after, GROUP)).toBe(after)
  })

  test('leaves a list alone that has names', () => {
    const text = 'users:\n  extra_user_groups: {course-a: [ ada ]}\n'
    expect(setEmptyList(text, GROUP)).toBe(text)
  })
})

const around = (groups: string): string => `users:\n  extra_user_groups: ${groups}\nhttp:\n  port:   80\n`

describe('in braces', () => {
  test.each([
    ['{a: [bob]} # c', '{a: [bob], course-a: [ada]} # c'],
    ['{ a: [bob], } # c', '{ a: [bob], course-a: [ada], } # c'],
    ['{\n    a: [bob] # b\n  }', '{\n    a: [bob], course-a: [ada] # b\n  }'],
    ['{} # c', '{ course-a: [ ada ] } # c'],
  ])('a group is added to %j and nothing else moves', (before, after) => {
    expect(addToList(around(before), GROUP, ['ada'])).toBe(around(after))
  })

  test('what is said in empty ones stays', () => {
    expect(addToList('users: { # mine\n  }\n', GROUP, ['ada'])).toContain('# mine\n')
  })
})

test('a value is put before the comment of its key', () => {
  expect(setValue('http:\n  port:   # web\n', ['http', 'port'], 8080)).toBe('http:\n  port: 8080   # web\n')
})
