/** A healthy machine, as facts and as files, for tests to spoil in one place. */
import type { Facts } from '../../src/preflight/facts.ts'
import type { Decided } from '../../src/preflight/rule.ts'
import { PLACES } from '../../src/preflight/storage.ts'
import type { FakeMachine } from './fake-reader.ts'

const room = { freeBytes: 20e9, totalBytes: 40e9, freeInodes: 2_000_000, totalInodes: 2_500_000 }

/** Debian 12 on a virtual machine of 4 GB, nothing installed yet. */
export const healthy: Facts = {
  root: true,
  distribution: { id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' },
  kernel: { name: 'Linux', release: '6.1.0-40-amd64', machine: 'x86_64' },
  processOne: 'systemd',
  systemdVersion: 252,
  glibc: '2.36',
  memory: { totalBytes: 4e9, swapBytes: 0 },
  cores: 2,
  python: { version: '3.11.2', binary: '/usr/bin/python3.11' },
  virtualisation: 'kvm',
  confinement: 'apparmor',
  ownMounts: true,
  clock: { now: Date.UTC(2026, 9, 1) / 1000, built: Date.UTC(2025, 4, 9) / 1000, synchronised: true },
  places: PLACES.map((path) => ({ path, point: '/', options: new Set(['rw', 'relatime']), room })),
  cgroups: { version: 2, controllers: ['cpu', 'cpuset', 'io', 'memory', 'pids'], readOnly: [] },
  listeners: [{ address: '0.0.0.0', port: 22, pid: 600, program: 'sshd', unit: 'ssh.service' }],
  network: {
    nameservers: ['192.0.2.53'],
    hostname: 'hub',
    hostnameResolves: true,
    localhostResolves: true,
    addresses: ['192.0.2.2'],
    hasIpv6: true,
  },
  packages: {
    apt: true,
    architecture: 'amd64',
    dpkg: { broken: [], installed: new Set(['libseccomp2', 'apt']) },
    interrupted: false,
    holders: [],
    updating: [],
    sources: {
      sites: ['http://deb.debian.org/debian'],
      complaint: '',
      hosts: ['deb.debian.org'],
      unresolved: [],
      proxied: false,
    },
  },
  leftovers: { tljh: [], installation: 'none', halfDone: [], accounts: [] },
}

/** What a first installation asks for. */
export const first: Decided = {
  ports: [
    { address: '', port: 80, key: 'http.port' },
    { address: '127.0.0.1', port: 880 },
  ],
  admins: ['ada'],
  rerun: false,
}

/** The same places with other options or room for some of them. */
export function places(changed: Readonly<Record<string, Partial<Facts['places'][number]>>>): Facts['places'] {
  return healthy.places.map((place) => Object.assign({}, place, changed[place.path]))
}

/** The same with some room on the file system of /opt. */
export function roomy(changed: Partial<typeof room>): typeof room {
  return { ...room, ...changed }
}

/** Debian 13 under KVM as its files and commands show it. */
export const trixie: FakeMachine = {
  files: {
    '/proc/self/status': 'Name:\tnode\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n',
    '/proc/1/comm': 'systemd\n',
    '/proc/meminfo':
      'MemTotal:        2014208 kB\nMemFree:          900000 kB\nSwapTotal:       1048572 kB\n',
    '/proc/self/mountinfo': [
      '24 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,discard,errors=remount-ro',
      '30 22 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot',
      '38 24 0:34 / /tmp rw,nosuid,nodev shared:15 - tmpfs tmpfs rw,size=1007104k,nr_inodes=1048576,inode64',
    ].join('\n'),
    '/sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io memory hugetlb pids rdma misc dmem\n',
    '/sys/module/apparmor/parameters/enabled': 'Y\n',
    '/etc/os-release':
      'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nNAME="Debian GNU/Linux"\nVERSION_ID="13"\nVERSION="13 (trixie)"\nVERSION_CODENAME=trixie\nDEBIAN_VERSION_FULL=13.7\nID=debian\n',
    '/usr/lib/os-release': '',
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
    '/etc/resolv.conf': 'nameserver 192.0.2.53\n',
    '/proc/sys/kernel/hostname': 'hub\n',
    '/proc/net/if_inet6': '00000000000000000000000000000001 01 80 10 80       lo\n',
    '/proc/locks': '',
    '/usr/bin/apt-get': '',
    '/proc/700/comm': 'nginx\n',
    '/proc/700/cgroup': '0::/system.slice/nginx.service\n',
  },
  links: { '/usr/bin/python3': 'python3.13' },
  folders: ['/opt', '/home', '/var', '/tmp'],
  commands: {
    'uname -srm': 'Linux 6.12.48+deb13-cloud-amd64 x86_64\n',
    'systemctl --version': 'systemd 257 (257.13-1~deb13u1)\n+PAM +AUDIT +SELINUX\n',
    'getconf GNU_LIBC_VERSION': 'glibc 2.41\n',
    nproc: '2\n',
    'systemd-detect-virt': 'kvm\n',
    'unshare --mount true': '',
    'date +%s': `${Date.UTC(2026, 9, 1) / 1000}\n`,
    'timedatectl show --property=NTPSynchronized --value': 'yes\n',
    '/usr/bin/python3.13 -V': 'Python 3.13.5\n',
    'ss -Hltnp': 'LISTEN 0      511          0.0.0.0:80        0.0.0.0:*    users:(("nginx",pid=700,fd=5))\n',
    'getent ahosts hub': '127.0.1.1       STREAM hub\n',
    'getent ahosts localhost': '::1             STREAM localhost\n',
    'getent ahosts deb.debian.org': '203.0.113.80    STREAM deb.debian.org\n',
    'ip -j addr':
      '[{"ifname":"ens3","addr_info":[{"family":"inet","local":"192.0.2.2","prefixlen":24,"scope":"global"}]}]',
    'dpkg --print-architecture': 'amd64\n',
    'dpkg-query -W -f ${db:Status-Abbrev} ${Package}\n': 'ii  apt\nii  libseccomp2\n',
    'systemctl is-active apt-daily.service apt-daily-upgrade.service': 'inactive\ninactive\n',
    'apt-get -q --print-uris update':
      "'http://deb.debian.org/debian/dists/trixie/InRelease' deb.debian.org_debian_dists_trixie_InRelease 0 \n",
    'apt-config shell HTTP Acquire::http::Proxy HTTPS Acquire::https::Proxy': '',
    'printenv http_proxy https_proxy all_proxy HTTPS_PROXY ALL_PROXY': 1,
  },
  rooms: { '/opt': roomy({}), '/home': roomy({}), '/var': roomy({}), '/tmp': roomy({}) },
}
