import { expect, test } from 'vitest'

import { HostError } from '../../src/errors.ts'
import { formatPolicy, parsePolicy } from '../../src/people/policy.ts'

const good = {
  version: 2,
  managedGroups: ['course-a'],
  limits: { MemoryMax: '1073741824', CPUQuota: '150%', TasksMax: '512' },
  homes: '/home',
  mount: false,
  shell: '/bin/bash',
  uidMin: 20_000,
  uidMax: 59_999,
}

test('reads a policy', () => {
  const policy = parsePolicy(JSON.stringify(good))
  expect(policy).toEqual(good)
})

test('writes what it reads, always the same text', () => {
  const policy = parsePolicy(JSON.stringify(good))
  const turned = parsePolicy(JSON.stringify(Object.fromEntries(Object.entries(good).toReversed())))
  expect(formatPolicy(turned)).toBe(formatPolicy(policy))
  expect(parsePolicy(formatPolicy(policy))).toEqual(policy)
})

test.each([
  ['nothing', '', 'expected JSON'],
  ['half of it', JSON.stringify(good).slice(0, 50), 'expected JSON'],
  ['a list', '[]', 'expected an object'],
  ['null', 'null', 'expected an object'],
])('refuses %s', (_, text, message) => {
  expect(() => parsePolicy(text)).toThrow(message)
})

test.each([
  [{ version: 1 }, 'version: expected 2'],
  [{ version: 3 }, 'version: expected 2'],
  [{ surprise: 1 }, 'expected no key `surprise`'],
  [{ people: { bob: { admin: true, groups: [] } } }, 'expected no key `people`'],
  [{ managedGroups: 'a' }, 'managedGroups: expected a list'],
  [{ managedGroups: [1] }, 'managedGroups[0]: expected a unix group'],
  [{ managedGroups: ['a', 'a,b'] }, 'managedGroups[1]: expected a unix group'],
  [{ managedGroups: ['-a'] }, 'managedGroups[0]: expected a unix group'],
  [{ mount: 'yes' }, 'mount: expected true or false'],
  [{ mount: null }, 'mount: expected true or false'],
  [{ 'b\nb': 1 }, 'expected no key `b\\u{a}b`'],
  [{ limits: {} }, 'limits: expected a key `MemoryMax`'],
  [{ limits: { ...good.limits, MemoryMax: 5 } }, 'limits.MemoryMax: expected a number as text'],
  [{ limits: { ...good.limits, MemoryMax: '1 ExecStart=x' } }, 'limits.MemoryMax'],
  [{ limits: { ...good.limits, CPUQuota: '100' } }, 'limits.CPUQuota: expected per cent'],
  [{ limits: { ...good.limits, TasksMax: '' } }, 'limits.TasksMax'],
  [{ homes: 'home' }, 'homes: expected an absolute path'],
  [{ homes: '/home/../etc' }, 'homes: expected an absolute path'],
  [{ homes: '/' }, 'homes: expected an absolute path'],
  [{ shell: '/bin/ba sh' }, 'shell: expected an absolute path'],
  [{ uidMin: 0 }, 'uidMin: expected a number from 1000'],
  [{ uidMin: 20_000.5 }, 'uidMin: expected'],
  [{ uidMax: 19_999 }, 'uidMax: expected a number from uidMin'],
  [{ uidMax: 65_534 }, 'uidMax: expected'],
])('refuses %j', (change, message) => {
  const attempt = (): unknown => parsePolicy(JSON.stringify({ ...good, ...change }))
  expect(attempt).toThrow(HostError)
  expect(attempt).toThrow(message)
  expect(attempt).toThrow('tljh reconfigure')
})

test.each(Object.keys(good))('refuses a policy without %s', (key) => {
  const rest: Record<string, unknown> = { ...good }
  delete rest[key]
  expect(() => parsePolicy(JSON.stringify(rest))).toThrow(`expected a key \`${key}\``)
})

test.each([
  { MemoryMax: 'infinity', CPUQuota: '', TasksMax: 'infinity' },
  { MemoryMax: '1', CPUQuota: '12.5%', TasksMax: '1' },
])('accepts the limits %j', (limits) => {
  expect(parsePolicy(JSON.stringify({ ...good, limits })).limits).toEqual(limits)
})
