import { describe, expect, test } from 'vitest'

import { parseKernel } from '../../src/preflight/facts.ts'
import {
  parseConfinement,
  parseEffectiveUid,
  parseGlibc,
  parseMemory,
  parseOsRelease,
  parsePythonVersion,
  parseSystemdVersion,
  readPython,
} from '../../src/preflight/system.ts'
import { fakeReader } from './fake-reader.ts'

describe('parseOsRelease', () => {
  test.each([
    {
      name: 'Debian 12, captured',
      text: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION="12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n',
      want: { id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' },
    },
    {
      name: 'Debian 13, captured',
      text: 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nNAME="Debian GNU/Linux"\nVERSION_ID="13"\nDEBIAN_VERSION_FULL=13.7\nID=debian\n',
      want: { id: 'debian', version: '13', name: 'Debian GNU/Linux 13 (trixie)' },
    },
    {
      name: 'Debian unstable has no version',
      text: 'PRETTY_NAME="Debian GNU/Linux forky/sid"\nVERSION_CODENAME=forky\nID=debian\n',
      want: { id: 'debian', version: '', name: 'Debian GNU/Linux forky/sid' },
    },
    {
      name: 'Ubuntu 24.04',
      text: 'PRETTY_NAME="Ubuntu 24.04.4 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n',
      want: { id: 'ubuntu', version: '24.04', name: 'Ubuntu 24.04.4 LTS' },
    },
    {
      name: 'Ubuntu 26.04',
      text: 'PRETTY_NAME="Ubuntu 26.04 LTS"\nVERSION_ID="26.04"\nVERSION="26.04 LTS (Resolute Raccoon)"\nID=ubuntu\n',
      want: { id: 'ubuntu', version: '26.04', name: 'Ubuntu 26.04 LTS' },
    },
    {
      name: 'single quotes, escapes, capitals',
      text: `ID='Strange'\nVERSION_ID=7\nPRETTY_NAME="A \\"fine\\" one"\n`,
      want: { id: 'strange', version: '7', name: 'A "fine" one' },
    },
    { name: 'nothing', text: '', want: { id: '', version: '', name: '' } },
  ])('$name', ({ text, want }) => {
    expect(parseOsRelease(text)).toEqual(want)
  })
})

describe('parseMemory', () => {
  const meminfo = 'MemTotal:       24684084 kB\nMemFree:        24459128 kB\nSwapTotal:       2097148 kB\n'
  test.each([
    { name: 'captured, no limit', limits: [], total: 24684084 * 1024 },
    { name: 'no limit, in words', limits: ['max\n', ''], total: 24684084 * 1024 },
    { name: 'no limit, as version 1 says it', limits: ['', '9223372036854771712\n'], total: 24684084 * 1024 },
    { name: 'container of 1 GiB', limits: ['1073741824\n'], total: 1073741824 },
  ])('$name', ({ limits, total }) => {
    expect(parseMemory(meminfo, limits)).toEqual({ totalBytes: total, swapBytes: 2097148 * 1024 })
  })
})

test.each([
  { text: 'systemd 252 (252.39-1~deb12u2)\n+PAM', want: 252 },
  { text: 'systemd 257 (257.13-1~deb13u1)\n+PAM', want: 257 },
  { text: 'systemd 259 (259.1-1ubuntu1)\n', want: 259 },
  { text: 'systemctl: command not found', want: 0 },
])('parseSystemdVersion: $want', ({ text, want }) => {
  expect(parseSystemdVersion(text)).toBe(want)
})

test.each([
  { text: 'Python 3.11.2\n', want: '3.11.2' },
  { text: 'Python 3.14.0rc2\n', want: '3.14.0' },
  { text: 'Python 2.7.18', want: '2.7.18' },
  { text: '', want: undefined },
])('parsePythonVersion: $text', ({ text, want }) => {
  expect(parsePythonVersion(text)).toBe(want)
})

test.each([
  { text: 'glibc 2.36\n', want: '2.36' },
  { text: '', want: '' },
])('parseGlibc: "$want"', ({ text, want }) => {
  expect(parseGlibc(text)).toBe(want)
})

test.each([
  { text: 'Name:\tnode\nUid:\t0\t0\t0\t0\n', want: 0 },
  { text: 'Name:\tnode\nUid:\t0\t1000\t0\t0\n', want: 1000 },
  { text: '', want: -1 },
])('parseEffectiveUid: $want', ({ text, want }) => {
  expect(parseEffectiveUid(text)).toBe(want)
})

test.each([
  { apparmor: 'Y\n', selinux: undefined, want: 'apparmor' },
  { apparmor: 'N\n', selinux: undefined, want: 'none' },
  { apparmor: undefined, selinux: '1', want: 'selinux enforcing' },
  { apparmor: undefined, selinux: '0', want: 'selinux permissive' },
  { apparmor: undefined, selinux: undefined, want: 'none' },
])('parseConfinement: $want', ({ apparmor, selinux, want }) => {
  expect(parseConfinement(apparmor, selinux)).toBe(want)
})

test.each([
  { text: 'Linux 6.12.48+deb13-cloud-amd64 x86_64\n', want: ['Linux', 'x86_64'] },
  { text: 'Linux 5.15.167.4-microsoft-standard-WSL2 x86_64\n', want: ['Linux', 'x86_64'] },
  { text: 'Linux 6.8.0-1010-raspi aarch64\n', want: ['Linux', 'aarch64'] },
])('parseKernel: $text', ({ text, want }) => {
  const { name, machine } = parseKernel(text)
  expect([name, machine]).toEqual(want)
})

describe('readPython', () => {
  test.each([
    { name: 'Debian', links: { '/usr/bin/python3': 'python3.11' }, binary: '/usr/bin/python3.11' },
    {
      name: 'alternatives',
      links: {
        '/usr/bin/python3': '/etc/alternatives/python3',
        '/etc/alternatives/python3': '/usr/bin/python3.12',
      },
      binary: '/usr/bin/python3.12',
    },
    { name: 'no link', links: {}, binary: '/usr/bin/python3' },
  ])('$name', async ({ links, binary }) => {
    const reader = fakeReader({ links, commands: { [`${binary} -V`]: 'Python 3.12.3\n' } })
    expect(await readPython(reader)).toEqual({ binary, version: '3.12.3' })
  })

  test('no Python, and links in a circle', async () => {
    expect(await readPython(fakeReader({}))).toBeUndefined()
    expect(await readPython(fakeReader({ links: { '/usr/bin/python3': 'python3' } }))).toBeUndefined()
  })
})
