import { describe, expect, test } from 'vitest'

import { HostError } from '../../src/errors.ts'
import { directory } from '../../src/resources/directory.ts'
import type { Directory } from '../../src/resources/directory.ts'
import { FakeHost } from '../support/fake-host.ts'
import type { Entry } from '../support/fake-host.ts'
import { testPlan } from '../support/plan-rows.ts'

const WANT: Directory = {
  kind: 'directory',
  path: '/run/tljh-hub',
  mode: 0o2710,
  owner: 'tljh-hub',
  group: 'tljh-sock',
}
const RIGHT = { type: 'directory', mode: 0o2710, uid: 996, gid: 994 } as const

describe('directory', () => {
  test.each<[string, Partial<Entry> | undefined, string]>([
    ['nothing', undefined, 'absent'],
    ['the folder', RIGHT, 'settled'],
    ['a file', { type: 'file' }, 'other'],
    ['a link', { type: 'symlink', target: '/etc' }, 'other'],
    ['a folder without the setgid bit', { ...RIGHT, mode: 0o710 }, 'foreign'],
    ['a folder of root', { ...RIGHT, uid: 0 }, 'foreign'],
    ['a folder of another group', { ...RIGHT, gid: 0 }, 'foreign'],
  ])('observes %s', async (_, entry, have) => {
    const host = new FakeHost(entry === undefined ? {} : { '/run/tljh-hub': entry })
    expect(await directory.observe(host, WANT)).toBe(have)
  })

  test('is not settled while its owner does not exist', async () => {
    const host = new FakeHost({ '/run/tljh-hub': RIGHT, '/etc/passwd': 'root:x:0:0::/root:/bin/sh\n' })
    expect(await directory.observe(host, WANT)).toBe('foreign')
  })

  const make = 'make folder /run/tljh-hub (2710)'
  testPlan(directory, WANT, [
    { name: 'settled', have: 'settled', steps: [] },
    { name: 'absent', have: 'absent', steps: [make] },
    { name: 'foreign', have: 'foreign', steps: ['set /run/tljh-hub to 2710, owner tljh-hub:tljh-sock'] },
  ])

  test('leaves alone what somebody else put in its place, and says so', () => {
    expect(() => directory.plan(WANT, 'other')).toThrow(HostError)
    expect(() => directory.plan(WANT, 'other')).toThrow('/run/tljh-hub is there, but is no folder')
  })
})
