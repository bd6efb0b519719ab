import { expect, test } from 'vitest'

import { pathState } from '../../src/host/path-state.ts'

const rest = { uid: 1, gid: 2, size: 3, mtimeMs: 4 }

/** Modes as lstat(2) gives them, inode(7). */
test.each([
  ['a file', 0o100644, 'file', 0o644],
  ['a setuid program', 0o104755, 'file', 0o4755],
  ['a folder', 0o042710, 'directory', 0o2710],
  ['/tmp', 0o041777, 'directory', 0o1777],
  ['a link', 0o120777, 'symlink', 0o777],
  ['a socket', 0o140660, 'other', 0o660],
  ['a pipe', 0o010644, 'other', 0o644],
  ['a terminal', 0o020620, 'other', 0o620],
  ['a disk', 0o060660, 'other', 0o660],
] as const)('%s', (...[, mode, type, bits]) => {
  expect(pathState({ mode, ...rest })).toEqual({ type, mode: bits, ...rest })
})
