import { describe, expect, test } from 'vitest'

import { BugError, HostError } from '../../src/errors.ts'
import { commandFailure, missing, unreadable } from '../../src/host/failure.ts'

const system = (code: string): Error => Object.assign(new Error(`${code}: from the system`), { code })

describe('unreadable', () => {
  test.each([
    ['EACCES', '/f cannot be read: only root may; say sudo in front of the command'],
    ['EISDIR', '/f cannot be read: it is a folder, not a file'],
    ['ENAMETOOLONG', '/f cannot be read: ENAMETOOLONG: from the system'],
  ])('%s is a matter of this machine', (code, message) => {
    const error = unreadable('/f', system(code))
    expect(error).toEqual(new HostError(message))
  })

  test('leaves our own mistakes as they are', () => {
    const bug = new BugError('x')
    expect(unreadable('/f', bug)).toBe(bug)
  })
})

test.each([
  ['ENOENT', true],
  ['ENOTDIR', true],
  ['EACCES', false],
])('missing: %s is %s', (code, expected) => {
  expect(missing(system(code))).toBe(expected)
})

test('commandFailure leaves empty lines out and shows what was said last', () => {
  const result = { code: 1, stdout: '\n\nfirst\n', stderr: 'second\n\n' }
  const { message } = commandFailure({ do: 'run', argv: ['apt-get', 'update'] }, result, '')
  expect(message).toBe('apt-get update ended with exit code 1\n    first\n    second')
})
