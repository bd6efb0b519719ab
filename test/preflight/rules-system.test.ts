import { expect, test } from 'vitest'

import type { Facts } from '../../src/preflight/facts.ts'
import { findings } from '../../src/preflight/rules.ts'
import { testRows } from './rule-rows.ts'
import type { Row } from './rule-rows.ts'
import { first, healthy } from './samples.ts'

const { packages, memory } = healthy
const release = (id: string, version: string): Partial<Facts> => ({
  distribution: { id, version, name: `${id} ${version}` },
})

const ROWS: readonly Row[] = [
  { name: 'not root', id: 'root', facts: { root: false }, level: 'stop', says: ['sudo'] },
  {
    name: 'armv7',
    id: 'platform',
    facts: { kernel: { ...healthy.kernel, machine: 'armv7l' } },
    level: 'stop',
  },
  { name: 'not Linux', id: 'platform', facts: { kernel: { ...healthy.kernel, name: 'GNU' } }, level: 'stop' },
  {
    name: 'a kernel of 64 bits under programs of 32',
    id: 'platform',
    facts: {
      kernel: { ...healthy.kernel, machine: 'aarch64' },
      packages: { ...packages, architecture: 'armhf' },
    },
    level: 'stop',
    says: ['arm64 edition'],
  },
  { name: 'musl', id: 'libc', facts: { glibc: '' }, level: 'stop', says: ['musl'] },
  { name: 'glibc 2.27', id: 'libc', facts: { glibc: '2.27' }, level: 'stop' },
  { name: 'glibc 2.28', id: 'libc', facts: { glibc: '2.28' }, level: 'ok' },
  {
    name: 'Docker',
    id: 'init',
    facts: { processOne: 'sh', virtualisation: 'docker' },
    level: 'stop',
    says: ['process 1 is sh', 'try mode'],
  },
  {
    name: 'WSL',
    id: 'init',
    facts: { processOne: 'init(Ubuntu)', virtualisation: 'wsl' },
    level: 'stop',
    says: ['/etc/wsl.conf'],
  },
  { name: 'systemd 247', id: 'systemd', facts: { systemdVersion: 247 }, level: 'stop', says: ['249'] },
  { name: 'systemd 249', id: 'systemd', facts: { systemdVersion: 249 }, level: 'ok' },
  { name: 'no systemd', id: 'systemd', facts: { systemdVersion: 0 }, level: 'stop', says: ['no systemd'] },
  { name: 'Ubuntu 26.04', id: 'distribution', facts: release('ubuntu', '26.04'), level: 'ok' },
  {
    name: 'Ubuntu 25.10',
    id: 'distribution',
    facts: release('ubuntu', '25.10'),
    level: 'ask',
    says: ['--yes'],
  },
  { name: 'Mint', id: 'distribution', facts: release('linuxmint', '22'), level: 'ask' },
  { name: 'Debian testing', id: 'distribution', facts: release('debian', ''), level: 'ask' },
  { name: 'no apt', id: 'distribution', facts: { packages: { ...packages, apt: false } }, level: 'stop' },
  {
    name: 'Python 3.9',
    id: 'python',
    facts: { python: { version: '3.9.2', binary: '/usr/bin/python3.9' } },
    level: 'stop',
  },
  {
    name: 'Python 3.14',
    id: 'python',
    facts: { python: { version: '3.14.0', binary: '/usr/bin/python3.14' } },
    level: 'ok',
  },
  {
    name: 'Python 3.15',
    id: 'python',
    facts: { python: { version: '3.15.0', binary: '/usr/bin/python3.15' } },
    level: 'ask',
  },
  { name: '899 MB', id: 'memory', facts: { memory: { ...memory, totalBytes: 899e6 } }, level: 'stop' },
  {
    name: '1 GB without swap',
    id: 'memory',
    facts: { memory: { totalBytes: 980e6, swapBytes: 0 } },
    level: 'warn',
    says: ['room for 1 ', 'swapon'],
  },
  {
    name: '1 GB with swap',
    id: 'memory',
    facts: { memory: { totalBytes: 980e6, swapBytes: 1e9 } },
    level: 'ok',
  },
  {
    name: 'Raspberry Pi',
    id: 'cgroups',
    facts: { virtualisation: 'none', cgroups: { version: 2, controllers: ['cpu', 'pids'], readOnly: [] } },
    level: 'warn',
    says: ['limits on memory', 'cgroup_enable=memory'],
  },
  {
    name: 'nspawn',
    id: 'cgroups',
    facts: { cgroups: { version: 1, controllers: ['pids'], readOnly: ['cpu', 'memory'] } },
    level: 'warn',
    says: ['read-only: cpu memory', 'writable'],
  },
  {
    name: 'a shut container',
    id: 'sandbox',
    facts: { ownMounts: false, virtualisation: 'lxc' },
    level: 'stop',
    says: ['nesting=1'],
  },
  {
    name: 'SELinux',
    id: 'confinement',
    facts: { confinement: 'selinux enforcing' },
    level: 'warn',
    says: ['ausearch'],
  },
  {
    name: 'permissive SELinux',
    id: 'confinement',
    facts: { confinement: 'selinux permissive' },
    level: 'ok',
  },
]

testRows(ROWS)

test('python: none at all', () => {
  const { python: _, ...without } = healthy
  const found = findings(without, first).find(({ id }) => id === 'python')
  expect(found).toMatchObject({ level: 'stop', fix: 'apt-get install python3 python3-venv' })
})

test('sandbox: not tried without root', () => {
  const { ownMounts: _, ...untried } = healthy
  expect(findings(untried, first).map(({ id }) => id)).not.toContain('sandbox')
})
