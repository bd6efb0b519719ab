import { describe, expect, test } from 'vitest'

import { mountOf, parseCgroups, parseMounts, readStorage } from '../../src/preflight/storage.ts'
import { fakeReader } from './fake-reader.ts'

/** Captured: version 1 beside version 2, without systemd. */
const HYBRID = `22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard,resuid=65534
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`

/** A machine of systemd-nspawn on such a host: controllers are there, but read-only. */
const NSPAWN = `412 398 0:28 / /sys/fs/cgroup ro,nosuid,nodev,noexec - tmpfs tmpfs rw,mode=755
413 412 0:29 /m /sys/fs/cgroup/cpu,cpuacct ro,nosuid,nodev,noexec,relatime - cgroup cgroup rw,cpu,cpuacct
414 412 0:32 /m /sys/fs/cgroup/memory ro,nosuid,nodev,noexec,relatime - cgroup cgroup rw,memory
415 412 0:36 /m /sys/fs/cgroup/pids rw,nosuid,nodev,noexec,relatime - cgroup cgroup rw,pids
`

/** Ubuntu 24.04 server with hardened file systems, and a blank in a name. */
const HARDENED = `28 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw,errors=remount-ro
35 24 0:30 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
60 28 8:3 / /home rw,nosuid,nodev,noexec,relatime shared:30 - ext4 /dev/sda3 rw
61 28 8:4 / /opt ro,relatime shared:31 - ext4 /dev/sda4 ro
62 28 8:5 / /media/a\\040disc rw shared:32 - vfat /dev/sdb1 rw
`

/** WSL 2: option values of Windows drives hold anything. */
const WSL = `67 77 8:32 / / rw,relatime - ext4 /dev/sdc rw,discard,errors=remount-ro,data=ordered
75 67 0:54 / /mnt/c rw,noatime - 9p C:\\134 rw,dirsync,aname=drvfs;path=C:\\Program Files\\x;uid=1000,trans=fd
90 67 0:60 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - cgroup2 cgroup2 rw,nsdelegate
`

describe('parseMounts', () => {
  test('an escaped blank', () => {
    expect(parseMounts(HARDENED).map(({ point }) => point)).toContain('/media/a disc')
  })

  test('nonsense is left out', () => {
    expect(parseMounts('garbage\n1 2 3 - \n\n')).toEqual([])
  })
})

describe('mountOf', () => {
  test.each([
    { name: 'root', text: HYBRID, path: '/opt', point: '/' },
    { name: 'own file system', text: HARDENED, path: '/home', point: '/home' },
    { name: 'below one', text: HARDENED, path: '/home/ada', point: '/home' },
    { name: 'only the name begins alike', text: HARDENED, path: '/homes', point: '/' },
    { name: 'WSL', text: WSL, path: '/mnt/c/Users', point: '/mnt/c' },
    { name: 'no mounts', text: '', path: '/opt', point: undefined },
  ])('$name', ({ text, path, point }) => {
    expect(mountOf(path, parseMounts(text))?.point).toBe(point)
  })

  test('of two at one point the last covers the other', () => {
    const twice = `${HARDENED}70 60 0:70 / /home rw - tmpfs tmpfs rw\n`
    expect(mountOf('/home/ada', parseMounts(twice))?.type).toBe('tmpfs')
  })

  test('a superblock that is read-only counts, `errors=remount-ro` does not', () => {
    const mounts = parseMounts(`${HARDENED}71 28 8:6 / /var rw,relatime - ext4 /dev/sda6 ro\n`)
    expect(['/', '/var'].map((path) => mountOf(path, mounts)?.options.has('ro'))).toEqual([false, true])
  })
})

describe('parseCgroups', () => {
  test.each([
    {
      name: 'version 1, captured',
      text: HYBRID,
      file: '',
      version: 1,
      controllers: ['cpu', 'memory', 'pids'],
      readOnly: [],
    },
    {
      name: 'nspawn',
      text: NSPAWN,
      file: '',
      version: 1,
      controllers: ['pids'],
      readOnly: ['cpu', 'cpuacct', 'memory'],
    },
    {
      name: 'Ubuntu 24.04',
      text: HARDENED,
      file: 'cpuset cpu io memory hugetlb pids rdma misc\n',
      version: 2,
      controllers: ['cpu', 'cpuset', 'hugetlb', 'io', 'memory', 'misc', 'pids', 'rdma'],
      readOnly: [],
    },
    {
      name: 'Raspberry Pi',
      text: WSL,
      file: 'cpuset cpu io pids\n',
      version: 2,
      controllers: ['cpu', 'cpuset', 'io', 'pids'],
      readOnly: [],
    },
    {
      name: 'version 2 without delegation',
      text: WSL,
      file: '\n',
      version: 2,
      controllers: [],
      readOnly: [],
    },
  ])('$name', ({ text, file, version, controllers, readOnly }) => {
    expect(parseCgroups(parseMounts(text), file)).toEqual({ version, controllers, readOnly })
  })
})

describe('readStorage', () => {
  test('a linked /home is judged by where it leads, a missing statfs by nothing', async () => {
    const reader = fakeReader({
      files: { '/proc/self/mountinfo': `${HARDENED}72 28 8:7 / /srv rw,noexec - xfs /dev/sdc rw\n` },
      links: { '/home': '/srv/home' },
      folders: ['/opt', '/var', '/tmp'],
      rooms: { '/srv/home': { freeBytes: 1, totalBytes: 2, freeInodes: 3, totalInodes: 4 } },
    })
    const { places } = await readStorage(reader)
    const [home, opt] = ['/home', '/opt'].map((name) => places.find(({ path }) => path === name))
    expect([home?.point, home?.room?.freeBytes, opt?.room]).toEqual(['/srv', 1, undefined])
  })
})
