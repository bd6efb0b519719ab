import { expect, test } from 'vitest'

import { findings } from '../../src/preflight/rules.ts'
import { first, healthy } from './samples.ts'

/** Every rule, in the order in which it is shown. */
const RULES =
  'root platform libc init systemd distribution python memory cgroups sandbox confinement ' +
  'writable executable space inodes ports ports sources resolver hostname addresses clock ' +
  'apt-lock dpkg seccomp tljh earlier accounts admin'

test('a healthy machine has nothing but `ok`, and every rule speaks', () => {
  const all = findings(healthy, first)
  expect(all.filter(({ level }) => level !== 'ok')).toEqual([])
  expect(all.map(({ id }) => id).join(' ')).toBe(RULES)
})

test('the worst comes first', () => {
  const all = findings({ ...healthy, root: false, glibc: '', confinement: 'selinux enforcing' }, first)
  expect(all.slice(0, 4).map(({ level }) => level)).toEqual(['stop', 'stop', 'warn', 'ok'])
})
