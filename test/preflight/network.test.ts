import { assert, property, string } from 'fast-check'
import { expect, test } from 'vitest'

import { parseProcTcp, parseSs } from '../../src/preflight/listeners.ts'
import { parseFibTrie, parseIpAddresses, parseNameservers, readNetwork } from '../../src/preflight/network.ts'
import { parseDpkg, parseLocks } from '../../src/preflight/packages.ts'
import { parseMounts } from '../../src/preflight/storage.ts'
import { parseOsRelease } from '../../src/preflight/system.ts'
import { fakeReader } from './fake-reader.ts'

test.each([
  { name: 'captured', text: 'nameserver 10.255.255.53\n', want: ['10.255.255.53'] },
  {
    name: 'systemd-resolved',
    text: '# This is /run/systemd/resolve/stub-resolv.conf\nnameserver 127.0.0.53\noptions edns0 trust-ad\nsearch .\n',
    want: ['127.0.0.53'],
  },
  { name: 'commented out', text: '#nameserver 192.0.2.1\n; nameserver 192.0.2.2\n', want: [] },
  {
    name: 'two, with version 6',
    text: 'nameserver 192.0.2.1\nnameserver  2001:db8::53\n',
    want: ['192.0.2.1', '2001:db8::53'],
  },
])('parseNameservers: $name', ({ text, want }) => {
  expect(parseNameservers(text)).toEqual(want)
})

/** Captured and shortened. */
const IP = JSON.stringify([
  { ifname: 'lo', addr_info: [{ family: 'inet', local: '127.0.0.1', scope: 'host' }] },
  { ifname: 'ifb0', addr_info: [] },
  {
    ifname: 'eth0',
    addr_info: [
      { family: 'inet6', local: 'fd00::2', scope: 'global' },
      { family: 'inet6', local: 'fe80::fc:ff:fe00:1', scope: 'link' },
      { family: 'inet', local: '192.0.2.2', scope: 'global' },
      { family: 'inet6', local: '2001:db8::1', scope: 'global', deprecated: true },
    ],
  },
  { ifname: 'docker0', addr_info: [{ family: 'inet', local: '172.17.0.1', scope: 'global' }] },
  {},
])

test.each([
  { name: 'captured, version 4 first, inner interfaces left out', text: IP, want: ['192.0.2.2', 'fd00::2'] },
  { name: 'empty', text: '', want: [] },
  { name: 'cut off', text: '[{"ifname":"eth0"', want: [] },
  { name: 'not a list', text: '{}', want: [] },
])('parseIpAddresses: $name', ({ text, want }) => {
  expect(parseIpAddresses(text)).toEqual(want)
})

test('parseFibTrie: captured', () => {
  const text = `Local:
  +-- 0.0.0.0/0 3 0 5
     +-- 127.0.0.0/8 2 0 2
           |-- 127.0.0.1
              /32 host LOCAL
        |-- 127.255.255.255
           /32 link BROADCAST
     +-- 192.0.2.0/24 2 0 2
           |-- 192.0.2.0
              /24 link UNICAST
           |-- 192.0.2.2
              /32 host LOCAL
`
  expect(parseFibTrie(text + text)).toEqual(['192.0.2.2'])
})

test('readNetwork: a bare image without a hosts file and without `ip`', async () => {
  const reader = fakeReader({
    files: {
      '/proc/sys/kernel/hostname': 'm1\n',
      '/proc/net/fib_trie': '  |-- 192.0.2.9\n     /32 host LOCAL\n',
    },
    commands: { 'getent ahosts m1': 2, 'getent ahosts localhost': 2 },
  })
  expect(await readNetwork(reader)).toEqual({
    nameservers: [],
    hostname: 'm1',
    hostnameResolves: false,
    localhostResolves: false,
    addresses: ['192.0.2.9'],
    hasIpv6: false,
  })
})

test.each([
  ['parseIpAddresses', parseIpAddresses],
  ['parseSs', parseSs],
  ['parseProcTcp', parseProcTcp],
  ['parseMounts', parseMounts],
  ['parseOsRelease', parseOsRelease],
  ['parseDpkg', parseDpkg],
  ['parseLocks', (text: string) => parseLocks(text, text)],
] as const)('%s takes any text', (_, parse) => {
  const takes = property(string({ unit: 'binary' }), (text) => typeof parse(text) === 'object')
  expect(() => assert(takes)).not.toThrow()
})
