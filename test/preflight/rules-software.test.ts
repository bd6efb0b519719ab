import type { Facts } from '../../src/preflight/facts.ts'
import { testRows } from './rule-rows.ts'
import type { Row } from './rule-rows.ts'
import { healthy } from './samples.ts'

const { packages, leftovers } = healthy
const left = (changed: Partial<Facts['leftovers']>): Partial<Facts> => ({
  leftovers: { ...leftovers, ...changed },
})

const ROWS: readonly Row[] = [
  {
    name: 'a lock',
    id: 'apt-lock',
    facts: {
      packages: {
        ...packages,
        holders: [{ pid: 9, path: '/var/lib/dpkg/lock', program: 'unattended-upgr' }],
      },
    },
    level: 'warn',
    says: ['unattended-upgr (process 9)', '/var/lib/dpkg/lock'],
  },
  {
    name: 'nightly updates',
    id: 'apt-lock',
    facts: { packages: { ...packages, updating: ['apt-daily.service'] } },
    level: 'warn',
  },
  {
    name: 'half configured',
    id: 'dpkg',
    facts: { packages: { ...packages, dpkg: { ...packages.dpkg, broken: ['a', 'b', 'c', 'd', 'e', 'f'] } } },
    level: 'warn',
    says: ['a, b, c, d, e and 1 more', 'dpkg --configure -a'],
  },
  { name: 'interrupted', id: 'dpkg', facts: { packages: { ...packages, interrupted: true } }, level: 'warn' },
  {
    name: 'half configured while somebody installs',
    id: 'dpkg',
    facts: {
      packages: { ...packages, interrupted: true, holders: [{ pid: 9, path: '/x', program: 'apt' }] },
    },
    level: 'ok',
  },
  {
    name: 'no libseccomp2',
    id: 'seccomp',
    facts: { packages: { ...packages, dpkg: { broken: [], installed: new Set() } } },
    level: 'warn',
  },
  {
    name: 'The Littlest JupyterHub',
    id: 'tljh',
    facts: left({ tljh: ['/opt/tljh/hub'], installation: 'half' }),
    level: 'stop',
    says: ['to keep it'],
  },
  {
    name: 'nothing more is said beside it',
    id: 'earlier',
    facts: left({ tljh: ['/opt/tljh/hub'], installation: 'half' }),
    level: 'none',
  },
  {
    name: 'broke off',
    id: 'earlier',
    facts: left({ installation: 'half' }),
    level: 'warn',
    says: ['continues'],
  },
  {
    name: 'whole',
    id: 'earlier',
    facts: left({ installation: 'whole' }),
    wanted: { rerun: true },
    level: 'ok',
  },
  {
    name: 'whole with a journal',
    id: 'earlier',
    facts: left({ installation: 'whole', halfDone: ['/j'] }),
    level: 'warn',
    says: ['/j'],
  },
  {
    name: 'old accounts',
    id: 'accounts',
    facts: left({ accounts: ['jupyter-ada', 'jupyter-bob'] }),
    level: 'warn',
    says: ['ada among them'],
  },
  {
    name: 'our accounts',
    id: 'accounts',
    facts: left({ accounts: ['jupyter-ada'] }),
    wanted: { rerun: true },
    level: 'none',
  },
  { name: 'no administrator', id: 'admin', wanted: { admins: [] }, level: 'warn', says: ['--admin NAME'] },
  { name: 'no administrator on a re-run', id: 'admin', wanted: { admins: [], rerun: true }, level: 'none' },
]

testRows(ROWS)
