import { describe, expect, test } from 'vitest'

import type { CommandResult } from '../../src/host/host.ts'
import {
  hostsOf,
  parseDpkg,
  parseLocks,
  parseProxies,
  parseSites,
  readLockHolders,
  readPackages,
  readSources,
} from '../../src/preflight/packages.ts'
import { fakeReader } from './fake-reader.ts'
import { trixie } from './samples.ts'

/** Captured, with a waiting process and a lock of something else. */
const LOCKS = `1: POSIX  ADVISORY  WRITE 7381 fe:00:398608 0 EOF
1: -> POSIX  ADVISORY  WRITE 7400 fe:00:398608 0 EOF
2: FLOCK  ADVISORY  WRITE 500 00:1a:42 0 EOF
3: OFDLCK ADVISORY  WRITE -1 fe:00:398609 0 EOF
`
const STAT = '398608 /var/lib/dpkg/lock-frontend\n398609 /var/lib/dpkg/lock\n'

test('parseLocks: captured', () => {
  expect(parseLocks(LOCKS, STAT)).toEqual([{ pid: 7381, path: '/var/lib/dpkg/lock-frontend' }])
})

describe('readLockHolders', () => {
  const stat =
    'stat -c %i %n /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock'
  const files = { '/proc/locks': LOCKS, '/proc/7381/comm': 'unattended-upgr\n' }
  const held = { pid: 7381, path: '/var/lib/dpkg/lock-frontend', program: 'unattended-upgr' }

  test('confirmed by an open file', async () => {
    const links = { '/proc/7381/fd/7': '/var/lib/dpkg/lock-frontend' }
    expect(await readLockHolders(fakeReader({ files, links, commands: { [stat]: STAT } }))).toEqual([held])
  })

  test('the same inode number on another file system is none', async () => {
    const links = { '/proc/7381/fd/7': '/srv/other' }
    expect(await readLockHolders(fakeReader({ files, links, commands: { [stat]: STAT } }))).toEqual([])
  })

  test('a process that may not be looked into counts by its inode', async () => {
    expect(await readLockHolders(fakeReader({ files, commands: { [stat]: STAT } }))).toEqual([held])
  })

  test('no lock files, no locks', async () => {
    expect(await readLockHolders(fakeReader({ files: { '/proc/locks': '' } }))).toEqual([])
  })
})

test('parseDpkg: captured lines and every state', () => {
  const text = [
    'ii  adduser',
    'ii  libseccomp2',
    'rc  old-config',
    'un  never',
    'iU  unpacked',
    'iF  half-configured',
    'iH  half-installed',
    'iHR reinstall',
    'it  triggers-pending',
    'hi  held',
  ].join('\n')
  const { broken, installed } = parseDpkg(`${text}\n`)
  expect(broken).toEqual(['unpacked', 'half-configured', 'half-installed', 'reinstall'])
  expect([...installed]).toEqual(['adduser', 'libseccomp2', 'triggers-pending', 'held'])
})

test.each([
  { name: 'apt', apt: "HTTP='http://proxy:3128/'\n", env: '', want: ['http://proxy:3128/'] },
  { name: 'environment', apt: '', env: 'http://u:secret@proxy:3128\n', want: ['http://u:secret@proxy:3128'] },
  { name: 'none', apt: "HTTP='DIRECT'\n", env: '', want: [] },
])('parseProxies: $name', ({ apt, env, want }) => {
  expect(parseProxies(apt, env)).toEqual(want)
})

test('hostsOf: without secrets, each once', () => {
  const addresses = [
    'http://u:p@proxy:3128/x',
    'http://proxy/',
    'https://[2001:db8::1]:8080/',
    'file:/srv/repo',
    'tor+http://a.onion',
  ]
  expect(hostsOf(addresses)).toEqual(['2001:db8::1', 'a.onion', 'proxy'])
})

/** A line of apt for each site. */
const lines = (...sites: string[]): string =>
  sites.map((site) => `'${site}/dists/x/InRelease' x 0 \n`).join('')

describe('readSources', () => {
  const update = 'apt-get -q --print-uris update'
  const printenv = 'printenv http_proxy https_proxy all_proxy HTTPS_PROXY ALL_PROXY'

  test.each([
    {
      name: 'Debian, host not found',
      commands: { [update]: lines('http://deb.debian.org/debian') },
      want: {
        sites: ['http://deb.debian.org/debian'],
        hosts: ['deb.debian.org'],
        unresolved: ['deb.debian.org'],
        proxied: false,
      },
    },
    {
      name: 'behind a proxy only the proxy counts',
      commands: {
        [update]: lines('http://deb.debian.org/debian'),
        [printenv]: 'http://cache:3128\n',
        'getent ahosts cache': '',
      },
      want: { sites: ['http://deb.debian.org/debian'], hosts: ['cache'], unresolved: [], proxied: true },
    },
    {
      name: 'a local source needs no host',
      commands: { [update]: lines('file:/srv/debian', 'cdrom://[Debian 12]') },
      want: {
        sites: ['file:/srv/debian', 'cdrom://[Debian 12]'],
        hosts: [],
        unresolved: [],
        proxied: false,
      },
    },
    {
      name: "a cloud image's list of mirrors",
      commands: {
        [update]: lines('mirror+file:/etc/apt/mirrors/debian.list'),
        'getent ahosts deb.debian.org': '',
      },
      want: {
        sites: ['https://deb.debian.org/debian'],
        hosts: ['deb.debian.org'],
        unresolved: [],
        proxied: false,
      },
    },
    { name: 'no source', commands: {}, want: { sites: [], hosts: [], unresolved: [], proxied: false } },
  ])('$name', async ({ commands, want }) => {
    const files = { '/etc/apt/mirrors/debian.list': '# mirrors\nhttps://deb.debian.org/debian\tpriority:1\n' }
    const answers: Record<string, string | number> = commands
    expect(await readSources(fakeReader({ files, commands: answers }))).toEqual({ complaint: '', ...want })
  })

  test('what apt complains about', async () => {
    const stderr =
      'E: Malformed entry 1 in list file /etc/apt/x.list (URI parse)\nE: The list of sources could not be read.\n'
    const query = async (): Promise<CommandResult> => ({ code: 100, stdout: '', stderr })
    const { complaint } = await readSources({ ...fakeReader({}), query })
    expect(complaint).toBe('Malformed entry 1 in list file /etc/apt/x.list (URI parse)')
  })
})

test('parseSites: captured, apt 2.6 and 3.0', () => {
  const text = [
    "'http://deb.debian.org/debian/dists/bookworm/InRelease' deb.debian.org_debian_dists_bookworm_InRelease 0 ",
    "'http://deb.debian.org/debian/dists/bookworm-updates/InRelease' deb.debian.org_debian_dists_bookworm-updates_InRelease 0 ",
    "'http://deb.debian.org/debian/dists/bookworm/main/binary-amd64/Packages.xz' deb.debian.org_x 0 ",
    "'file:/srv/deb/./InRelease' _srv_deb_._InRelease 0 ",
    "'cdrom://[Debian GNU/Linux 12.0.0 _Bookworm_ - Official amd64 DVD]/dists/bookworm/InRelease' Debian%20GNU 0 ",
    "'mirror+file:/etc/apt/mirrors/debian.list/dists/bookworm/InRelease' _etc_apt_mirrors_debian.list 0 ",
  ].join('\n')
  expect(parseSites(text)).toEqual([
    'http://deb.debian.org/debian',
    'file:/srv/deb',
    'cdrom://[Debian GNU/Linux 12.0.0 _Bookworm_ - Official amd64 DVD]',
    'mirror+file:/etc/apt/mirrors/debian.list',
  ])
})

describe('readPackages', () => {
  test('sources are not asked on a re-run', async () => {
    const { sources } = await readPackages(fakeReader(trixie), false)
    expect(sources.sites).toBeUndefined()
  })

  test('nightly updates that run, and dpkg that was interrupted', async () => {
    const nightly = 'systemctl is-active apt-daily.service apt-daily-upgrade.service'
    const machine = {
      files: { ...trixie.files, '/var/lib/dpkg/updates/0000': '' },
      commands: { ...trixie.commands, [nightly]: 'inactive\nactivating\n' },
    }
    const { updating, interrupted, apt } = await readPackages(fakeReader(machine), true)
    expect({ updating, interrupted, apt }).toEqual({
      updating: ['apt-daily-upgrade.service'],
      interrupted: true,
      apt: true,
    })
  })
})
