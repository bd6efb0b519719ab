import { describe, expect, test } from 'vitest'

import { homesObstacle } from '../../src/host/home.ts'

describe('homesObstacle', () => {
  const folder = { type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0, mtimeMs: 0 } as const
  test.each([
    ['a folder of root', folder, 'nothing'],
    ['one that only root enters', { ...folder, mode: 0o700 }, 'nothing'],
    ['one with another group', { ...folder, gid: 4 }, 'nothing'],
    [
      'nothing',
      undefined,
      'there is no folder /srv/homes; make it: sudo mkdir --mode=755 --parents /srv/homes',
    ],
    ['a folder of somebody', { ...folder, uid: 1000 }, '/srv/homes is not a folder of root'],
    ['a folder that a group writes', { ...folder, mode: 0o775 }, 'only root may write'],
    ['a folder that all write', { ...folder, mode: 0o1777 }, 'only root may write'],
    ['a link', { ...folder, type: 'symlink' as const }, 'is not a folder'],
    ['a file', { ...folder, type: 'file' as const }, 'is not a folder'],
  ])('%s', (_, found, message) => {
    const wrong = homesObstacle('/srv/homes', found)
    expect(wrong ?? 'nothing').toContain(message)
  })
})
