import { describe, expect, test } from 'vitest'

import { absent, symlink } from '../../src/resources/symlink.ts'
import type { Absent, Symlink } from '../../src/resources/symlink.ts'
import { FakeHost } from '../support/fake-host.ts'
import { testPlan } from '../support/plan-rows.ts'

const LINK: Symlink = { kind: 'symlink', path: '/opt/tljh/user', target: '/opt/tljh/env/user/0a1b' }

describe('symlink', () => {
  test('observes the target, without following it', async () => {
    const host = new FakeHost({ [LINK.path]: { type: 'symlink', target: '/opt/tljh/env/user/old' } })
    expect(await symlink.observe(host, LINK)).toBe('/opt/tljh/env/user/old')
    expect(await symlink.observe(new FakeHost(), LINK)).toBeUndefined()
    expect(await symlink.observe(new FakeHost({ [LINK.path]: { type: 'directory' } }), LINK)).toBeNull()
  })

  const step = 'link /opt/tljh/user -> /opt/tljh/env/user/0a1b'
  testPlan<Symlink, string | null | undefined>(symlink, LINK, [
    { name: 'settled', have: LINK.target, steps: [] },
    { name: 'absent', have: undefined, steps: [step] },
    { name: 'another target', have: '/opt/tljh/env/user/old', steps: [step] },
    { name: 'something else in its place', have: null, steps: ['remove /opt/tljh/user', step] },
  ])
})

const GONE: Absent = { kind: 'absent', path: '/etc/old' }

describe('absent', () => {
  test.each([
    ['a file', { text: 'x' }, true],
    ['a link to nowhere', { type: 'symlink', target: '/nowhere' }, true],
  ] as const)('sees %s', async (_, entry, there) => {
    expect(await absent.observe(new FakeHost({ '/etc/old': entry }), GONE)).toBe(there)
    expect(await absent.observe(new FakeHost(), GONE)).toBe(false)
  })

  testPlan(absent, GONE, [
    { name: 'settled', have: false, steps: [] },
    { name: 'absent', have: false, steps: [] },
    { name: 'something there', have: true, steps: ['remove /etc/old'] },
  ])
})
