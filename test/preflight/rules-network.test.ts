import type { Facts } from '../../src/preflight/facts.ts'
import { testRows } from './rule-rows.ts'
import type { Row } from './rule-rows.ts'
import { healthy } from './samples.ts'

const { packages, network } = healthy
const sources = (changed: Partial<Facts['packages']['sources']>): Partial<Facts> => ({
  packages: { ...packages, sources: { ...packages.sources, ...changed } },
})
const taken = (changed: Partial<Facts['listeners'][number]>): Partial<Facts> => ({
  listeners: [
    { address: '0.0.0.0', port: 80, pid: 700, program: 'apache2', unit: 'apache2.service', ...changed },
  ],
})
const clock = (changed: Partial<Facts['clock']>): Partial<Facts> => ({
  clock: { ...healthy.clock, ...changed },
})

const ROWS: readonly Row[] = [
  {
    name: 'Apache on 80',
    id: 'ports',
    facts: taken({}),
    level: 'stop',
    says: [
      'apache2 (process 700)',
      'systemctl disable --now apache2.service',
      'http.port in config.yaml',
      'http.address 127.0.0.1',
    ],
  },
  {
    name: 'our proxy on 80',
    id: 'ports',
    facts: taken({ unit: 'jupyterhub-proxy.service' }),
    wanted: { rerun: true },
    level: 'ok',
  },
  {
    name: 'another address',
    id: 'ports',
    facts: taken({ address: '192.0.2.7' }),
    wanted: { ports: [{ address: '192.0.2.2', port: 80 }] },
    level: 'ok',
  },
  { name: 'one address of all', id: 'ports', facts: taken({ address: '127.0.0.1' }), level: 'stop' },
  {
    name: 'somebody on 880',
    id: 'ports',
    facts: taken({ address: '127.0.0.1', port: 880 }),
    level: 'stop',
    says: ['127.0.0.1:880 is taken'],
  },
  {
    name: 'a container on 80',
    id: 'ports',
    facts: taken({ program: 'docker-proxy', unit: 'docker.service' }),
    level: 'stop',
    says: ['docker ps'],
  },
  {
    name: 'a process of somebody',
    id: 'ports',
    facts: taken({ unit: 'session-3.scope' }),
    level: 'stop',
    says: ['kill 700'],
  },
  {
    name: 'a socket unit',
    id: 'ports',
    facts: taken({ pid: 1, program: 'systemd', unit: 'init.scope' }),
    level: 'stop',
    says: ['list-sockets'],
  },
  {
    name: 'an owner that cannot be seen',
    id: 'ports',
    facts: { listeners: [{ address: '*', port: 80 }] },
    level: 'stop',
    says: ['somebody else', 'ss -ltnp'],
  },
  {
    name: 'no host found',
    id: 'sources',
    facts: sources({ unresolved: ['deb.debian.org'] }),
    level: 'stop',
    says: ['192.0.2.53'],
  },
  {
    name: 'one of two hosts found',
    id: 'sources',
    facts: sources({ hosts: ['a', 'deb.debian.org'], unresolved: ['a'] }),
    level: 'warn',
    says: ['some package sources'],
  },
  {
    name: 'no source',
    id: 'sources',
    facts: sources({ sites: [], hosts: [] }),
    level: 'stop',
    says: ['no usable package source'],
  },
  {
    name: 'a source that apt cannot read',
    id: 'sources',
    facts: sources({
      complaint: 'Malformed entry 1 in list file /etc/apt/sources.list.d/c.list (URI parse)',
    }),
    level: 'stop',
    says: ['cannot use one of', 'c.list (URI parse)'],
  },
  {
    name: 'a source that apt cannot read',
    id: 'sources',
    facts: sources({
      complaint: 'Malformed entry 1 in list file /etc/apt/sources.list.d/c.list (URI parse)',
    }),
    level: 'stop',
    says: ['cannot use one of', 'c.list (URI parse)'],
  },
  {
    name: 'a disc',
    id: 'sources',
    facts: sources({ sites: ['cdrom://[Debian]/', 'http://deb.debian.org/debian'] }),
    level: 'warn',
    says: ['disc'],
  },
  {
    name: 'not asked on a re-run',
    id: 'sources',
    facts: {
      packages: { ...packages, sources: { complaint: '', hosts: [], unresolved: [], proxied: false } },
    },
    wanted: { rerun: true },
    level: 'none',
  },
  { name: 'no resolver', id: 'resolver', facts: { network: { ...network, nameservers: [] } }, level: 'warn' },
  {
    name: 'own name not found',
    id: 'hostname',
    facts: { network: { ...network, hostnameResolves: false } },
    level: 'warn',
    says: ['libnss-myhostname'],
  },
  {
    name: 'no hosts file',
    id: 'hostname',
    facts: { network: { ...network, hostnameResolves: false, localhostResolves: false } },
    level: 'warn',
    says: ['127.0.0.1 localhost hub'],
  },
  {
    name: 'loopback only',
    id: 'addresses',
    facts: { network: { ...network, addresses: [] } },
    level: 'warn',
  },
  { name: '1970', id: 'clock', facts: clock({ now: 100 }), level: 'stop', says: ['1970-01-01'] },
  {
    name: 'older than the distribution',
    id: 'clock',
    facts: clock({ built: Date.UTC(2027, 0) / 1000 }),
    level: 'warn',
  },
  {
    name: 'nobody keeps it',
    id: 'clock',
    facts: clock({ synchronised: false }),
    level: 'warn',
    says: ['timesyncd'],
  },
  {
    name: 'the host keeps it',
    id: 'clock',
    facts: { ...clock({ synchronised: false }), virtualisation: 'systemd-nspawn' },
    level: 'ok',
  },
]

testRows(ROWS)
