import { describe, expect, test } from 'vitest'

import {
  parseHexAddress,
  parseProcTcp,
  parseSs,
  parseUnit,
  readListeners,
} from '../../src/preflight/listeners.ts'
import { fakeReader } from './fake-reader.ts'

describe('parseSs', () => {
  test.each([
    {
      name: 'captured, owner visible',
      line: 'LISTEN 0      5      127.0.0.1:8099 0.0.0.0:* users:(("python3",pid=12904,fd=3))',
      want: [{ address: '127.0.0.1', port: 8099, program: 'python3', pid: 12904 }],
    },
    {
      name: 'captured, owner not visible',
      line: 'LISTEN 0      128      0.0.0.0:2024 0.0.0.0:*                                   ',
      want: [{ address: '0.0.0.0', port: 2024 }],
    },
    {
      name: 'captured, both versions',
      line: 'LISTEN 0      5              *:8098       *:* users:(("python3",pid=12905,fd=3))',
      want: [{ address: '*', port: 8098, program: 'python3', pid: 12905 }],
    },
    {
      name: 'version 6, several processes',
      line: 'LISTEN 0 511 [::]:80 [::]:* users:(("nginx",pid=702,fd=6),("nginx",pid=701,fd=6))',
      want: [{ address: '::', port: 80, program: 'nginx', pid: 702 }],
    },
    {
      name: 'systemd-resolved, bound to an interface',
      line: 'LISTEN 0 4096 127.0.0.53%lo:53 0.0.0.0:* users:(("systemd-resolve",pid=500,fd=15))',
      want: [{ address: '127.0.0.53', port: 53, program: 'systemd-resolve', pid: 500 }],
    },
    {
      name: 'a program with a blank in its name',
      line: 'LISTEN 0 1 [fe80::1%eth0]:443 [::]:* users:(("next-server (v1",pid=9,fd=1))',
      want: [{ address: 'fe80::1', port: 443, program: 'next-server (v1', pid: 9 }],
    },
    { name: 'nonsense', line: 'Netid State Recv-Q', want: [] },
  ])('$name', ({ line, want }) => {
    expect(parseSs(`${line}\n`)).toEqual(want)
  })
})

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     
   0: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 566 1 00000000804e7df2 100 0 0 10 0                       
   1: 0100007F:1FA3 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 21873 1 00000000e5070247 100 0 0 10 0                     
   2: 0100007F:1FA3 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 21999 1 00000000e5070248 20 4 0 10 -1                    
`
const TCP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:1FA2 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 23186 1 0000000031d3b4f6 100 0 0 10 0
`

test('parseProcTcp: captured, listening sockets only', () => {
  expect([...parseProcTcp(TCP), ...parseProcTcp(TCP6)]).toEqual([
    { address: '0.0.0.0', port: 2024, inode: '566' },
    { address: '127.0.0.1', port: 8099, inode: '21873' },
    { address: '::', port: 8098, inode: '23186' },
  ])
})

test.each([
  { hex: '0100007F', want: '127.0.0.1' },
  { hex: '020200C0', want: '192.0.2.2' },
  { hex: '00000000000000000000000001000000', want: '::1' },
  { hex: '000000FD000000000000000002000000', want: 'fd00::2' },
])('parseHexAddress: $want', ({ hex, want }) => {
  expect(parseHexAddress(hex)).toBe(want)
})

test.each([
  { name: 'version 2', text: '0::/system.slice/nginx.service\n', want: 'nginx.service' },
  {
    name: 'version 1 beside 2',
    text: '5:memory:/system.slice/apache2.service\n1:name=systemd:/system.slice/apache2.service\n0::/system.slice/apache2.service\n',
    want: 'apache2.service',
  },
  { name: 'a container', text: '0::/system.slice/docker-0a1b.scope\n', want: 'docker-0a1b.scope' },
  {
    name: 'a delegated unit',
    text: '0::/user.slice/user-0.slice/user@0.service/app.slice/web.service\n',
    want: 'web.service',
  },
  { name: 'below the unit', text: '0::/system.slice/caddy.service/payload\n', want: 'caddy.service' },
  { name: 'captured, without systemd', text: '4:memory:/process_api/5fc6\n1:cpu:/\n0::/\n', want: undefined },
])('parseUnit: $name', ({ text, want }) => {
  expect(parseUnit(text)).toBe(want)
})

describe('readListeners', () => {
  const owner = {
    '/proc/77/comm': 'python3\n',
    '/proc/77/cgroup': '0::/user.slice/user-0.slice/session-3.scope\n',
  }
  const wanted = { address: '127.0.0.1', port: 8099, pid: 77, program: 'python3', unit: 'session-3.scope' }

  test('by ss', async () => {
    const line = 'LISTEN 0 5 127.0.0.1:8099 0.0.0.0:* users:(("python3",pid=77,fd=3))\n'
    const reader = fakeReader({ files: owner, commands: { 'ss -Hltnp': line } })
    expect(await readListeners(reader, [8099])).toEqual([wanted])
    expect(await readListeners(reader, [80])).toEqual([])
  })

  test('without ss: from the tables of the kernel and the open files of processes', async () => {
    const files = { ...owner, '/proc/net/tcp': TCP, '/proc/net/tcp6': TCP6 }
    const links = {
      '/proc/77/fd/3': 'socket:[21873]',
      '/proc/77/fd/4': '/dev/null',
      '/proc/self/fd/0': '/dev/null',
    }
    const listeners = await readListeners(fakeReader({ files, links }), [8099, 2024])
    expect(listeners).toEqual([{ address: '0.0.0.0', port: 2024 }, wanted])
  })
})
