import { describe, expect, test } from 'vitest'

import { file } from '../../src/resources/file.ts'
import type { File, FileState } from '../../src/resources/file.ts'
import { FakeHost } from '../support/fake-host.ts'
import type { Entry } from '../support/fake-host.ts'
import { testPlan } from '../support/plan-rows.ts'

const WANT: File = {
  kind: 'file',
  path: '/etc/sudoers.d/tljh-admins',
  text: 'rules',
  mode: 0o440,
  owner: 'root',
  group: 'root',
}
const RIGHT = { text: 'rules', mode: 0o440 }

describe('file', () => {
  test.each<[string, Partial<Entry> | undefined, FileState]>([
    ['nothing', undefined, { exists: 'absent', text: undefined, owned: false }],
    ['the file', RIGHT, { exists: 'file', text: 'rules', owned: true }],
    ['a file of another mode', { ...RIGHT, mode: 0o666 }, { exists: 'file', text: 'rules', owned: false }],
    ['a file of another owner', { ...RIGHT, uid: 996 }, { exists: 'file', text: 'rules', owned: false }],
    [
      'a link to the very same text, unread',
      { ...RIGHT, type: 'symlink' },
      { exists: 'other', text: undefined, owned: false },
    ],
    ['a folder', { type: 'directory' }, { exists: 'other', text: undefined, owned: false }],
  ])('observes %s', async (_, entry, have) => {
    const host = new FakeHost(entry === undefined ? {} : { [WANT.path]: entry })
    expect(await file.observe(host, WANT)).toEqual(have)
  })

  const settled = { exists: 'file', text: 'rules', owned: true } as const
  const write = 'write /etc/sudoers.d/tljh-admins (0440)'
  testPlan<File, FileState>(file, WANT, [
    { name: 'settled', have: settled, steps: [] },
    { name: 'absent', have: { exists: 'absent', text: undefined, owned: false }, steps: [write] },
    { name: 'another text', have: { ...settled, text: 'other rules' }, steps: [write] },
    { name: 'another text and owner', have: { exists: 'file', text: '', owned: false }, steps: [write] },
    {
      name: 'another owner or mode',
      have: { ...settled, owned: false },
      steps: ['set /etc/sudoers.d/tljh-admins to 0440, owner root:root'],
    },
    {
      name: 'a link or a folder in its place',
      have: { exists: 'other', text: undefined, owned: false },
      steps: ['remove /etc/sudoers.d/tljh-admins', write],
    },
    {
      name: 'a secret',
      want: { secret: true },
      have: { ...settled, text: 'old' },
      steps: ['write /etc/sudoers.d/tljh-admins (0440, secret)'],
    },
    { name: 'written once', want: { once: true }, have: { ...settled, text: 'of the operator' }, steps: [] },
    {
      name: 'written once, with the wrong mode',
      want: { once: true },
      have: { exists: 'file', text: 'of the operator', owned: false },
      steps: ['set /etc/sudoers.d/tljh-admins to 0440, owner root:root'],
    },
    {
      name: 'written once, not there yet',
      want: { once: true },
      have: { exists: 'absent', text: undefined, owned: false },
      steps: [write],
    },
  ])

  test('hands its check on to the step', () => {
    const check = ['/usr/sbin/visudo', '-cqf', '{}']
    const steps = file.plan({ ...WANT, check }, { exists: 'absent', text: undefined, owned: false })
    expect(steps).toMatchObject([{ do: 'write', check, text: 'rules' }])
  })
})
