/** Rules about the system: what our units, wheels and locks need. Numbers carry their source. */
import type { Facts } from './facts.ts'
import { ok, trouble } from './finding.ts'
import type { Finding } from './finding.ts'
import { showBytes } from './rule.ts'
import type { Rule } from './rule.ts'

const root: Rule = (facts) =>
  facts.root
    ? ok('root', 'runs as root', 'effective user id 0')
    : trouble('root', 'stop', {
        what: 'this needs root',
        evidence: 'effective user id is not 0',
        fix: 'run the same command with sudo in front',
      })

/** Wheels of Node, uv and the hub exist for these two; the second word is Debian's name for it. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' }

const platform: Rule = ({ kernel, packages }) => {
  const wanted = kernel.name === 'Linux' ? ARCHITECTURES[kernel.machine] : undefined
  const evidence = `uname: ${kernel.name} ${kernel.machine}, dpkg: ${packages.architecture || 'none'}`
  if (wanted !== undefined && [wanted, ''].includes(packages.architecture)) {
    return ok('platform', `${kernel.name} on ${kernel.machine}`, evidence)
  }
  const mixed = wanted !== undefined
  return trouble('platform', 'stop', {
    what: mixed ? 'the kernel has 64 bits, the programs have not' : 'neither Linux on x86_64 nor on aarch64',
    evidence,
    fix: mixed ? `install the ${wanted} edition of this distribution` : 'use a machine of one of the two',
  })
}

/** The wheel of Node asks for glibc 2.28 (manylinux_2_28). */
const MIN_GLIBC_MINOR = 28

const libc: Rule = ({ glibc }) => {
  const [major = 0, minor = 0] = glibc.split('.').map(Number)
  if (major > 2 || (major === 2 && minor >= MIN_GLIBC_MINOR)) return ok('libc', `glibc ${glibc}`, 'getconf')
  return trouble('libc', 'stop', {
    what: glibc === '' ? 'the C library is not the GNU one (musl?)' : `glibc ${glibc} is too old`,
    evidence: `getconf GNU_LIBC_VERSION: ${glibc === '' ? 'no answer' : glibc}; needed: 2.${MIN_GLIBC_MINOR}`,
    fix: 'use Debian 12 or 13, or Ubuntu 22.04, 24.04 or 26.04',
  })
}

const WAYS_TO_SYSTEMD: Readonly<Record<string, string>> = {
  wsl: 'put "[boot]" and "systemd=true" into /etc/wsl.conf, then run `wsl --shutdown` in Windows and start again',
  docker: 'use a server or virtual machine; to try the hub out here, bootstrap.sh has a try mode',
}

const init: Rule = ({ processOne, virtualisation }) => {
  if (processOne === 'systemd') return ok('init', 'systemd is process 1', '/proc/1/comm')
  const fix = WAYS_TO_SYSTEMD[virtualisation] ?? WAYS_TO_SYSTEMD['docker'] ?? ''
  return trouble('init', 'stop', {
    what: 'systemd is not process 1',
    evidence: `process 1 is ${processOne || 'unknown'}; virtualisation: ${virtualisation || 'unknown'}`,
    fix,
  })
}

/** Ubuntu 22.04's, the oldest that our units are checked on. */
const MIN_SYSTEMD = 249

const systemd: Rule = ({ systemdVersion: version }) =>
  version >= MIN_SYSTEMD
    ? ok('systemd', `systemd ${version}`, 'systemctl --version')
    : trouble('systemd', 'stop', {
        what: version === 0 ? 'there is no systemd' : `systemd ${version} is too old`,
        evidence: `systemctl --version; needed: ${MIN_SYSTEMD}`,
        fix: 'use Debian 12 or 13, or Ubuntu 22.04, 24.04 or 26.04',
      })

/** Releases that the project's tests cover. */
const TESTED: Readonly<Record<string, readonly string[]>> = {
  debian: ['12', '13'],
  ubuntu: ['22.04', '24.04', '26.04'],
}

const distribution: Rule = ({ distribution: { id, version, name }, packages }) => {
  const evidence = `os-release: ID=${id || 'none'} VERSION_ID=${version || 'none'}`
  if (!packages.apt) {
    const fix = 'use Debian 12 or 13, or Ubuntu 22.04, 24.04 or 26.04'
    return trouble('distribution', 'stop', { what: 'there is no apt-get here', evidence, fix })
  }
  if (TESTED[id]?.includes(version) === true) return ok('distribution', name, evidence)
  return trouble('distribution', 'ask', {
    what: `${name || 'this distribution'} is untested here`,
    evidence: `${evidence}; tested: Debian 12, 13, Ubuntu 22.04, 24.04, 26.04`,
    fix: 'go on with --yes, or answer yes at the terminal',
  })
}

/** The locks in environments/ are made for these (JupyterHub 6.1 asks for 3.10). */
const PYTHON = { oldest: 10, newest: 14 } as const

const python: Rule = ({ python: found }) => {
  if (found === undefined) {
    const fix = 'apt-get install python3 python3-venv'
    return trouble('python', 'stop', {
      what: 'there is no Python',
      evidence: '/usr/bin/python3 does not run',
      fix,
    })
  }
  const [major = 0, minor = 0] = found.version.split('.').map(Number)
  const evidence = `${found.binary} -V`
  if (major !== 3 || minor < PYTHON.oldest) {
    const fix = 'use a newer release of the distribution'
    const what = `Python ${found.version} is too old; 3.${PYTHON.oldest} is needed`
    return trouble('python', 'stop', { what, evidence, fix })
  }
  if (minor <= PYTHON.newest) return ok('python', `Python ${found.version}`, evidence)
  return trouble('python', 'ask', {
    what: `Python ${found.version} is newer than what is tested (3.${PYTHON.newest})`,
    evidence,
    fix: 'go on with --yes, or answer yes at the terminal',
  })
}

/** Bytes. A machine sold with 1 GB shows some 950 MB; below 900 MB the hub and one notebook no longer fit. */
const MIN_MEMORY = 900_000_000
/** Bytes. Below it swap is worth having: the cloud guides of comparable hubs ask for 2 GB. */
const SMALL_MEMORY = 2_000_000_000
/** Bytes, measured: system, hub, proxy and a helper; a lesson with numpy. */
const RESERVE = 400_000_000
const LESSON = 390_000_000

const memory: Rule = ({ memory: { totalBytes, swapBytes } }) => {
  const evidence = `/proc/meminfo and cgroup limit: ${showBytes(totalBytes)}, swap ${showBytes(swapBytes)}`
  if (totalBytes < MIN_MEMORY) {
    const what = `${showBytes(totalBytes)} of memory; ${showBytes(MIN_MEMORY)} is the least`
    return trouble('memory', 'stop', { what, evidence, fix: 'give the machine 1 GB of memory or more' })
  }
  if (totalBytes >= SMALL_MEMORY || swapBytes > 0) {
    return ok('memory', `${showBytes(totalBytes)} of memory`, evidence)
  }
  const lessons = Math.max(1, Math.floor((totalBytes - RESERVE) / LESSON))
  return trouble('memory', 'warn', {
    what: `${showBytes(totalBytes)} of memory and no swap: room for ${lessons} at a time with numpy`,
    evidence: `${evidence}; the platform takes ${showBytes(RESERVE)}, such a lesson ${showBytes(LESSON)}`,
    fix: 'more memory, or: fallocate -l 1G /swapfile && chmod 600 /swapfile && mkswap /swapfile && swapon /swapfile',
  })
}

/** What MemoryMax, CPUQuota and TasksMax stand on. */
const CONTROLLERS = ['cpu', 'memory', 'pids'] as const

function cgroupFix({ cgroups, virtualisation }: Facts): string {
  if (cgroups.readOnly.length > 0) return 'the host of this container has to hand its cgroups over writable'
  if (['none', ''].includes(virtualisation) && !cgroups.controllers.includes('memory')) {
    return 'add cgroup_enable=memory to the kernel command line (Raspberry Pi: /boot/firmware/cmdline.txt), reboot'
  }
  return 'the host of this machine has to delegate these controllers'
}

const cgroups: Rule = (facts) => {
  const { version, controllers, readOnly } = facts.cgroups
  const missing = CONTROLLERS.filter((name) => !controllers.includes(name))
  const locked = readOnly.length > 0 ? `; read-only: ${readOnly.join(' ')}` : ''
  const evidence = `cgroups version ${version}: ${controllers.join(' ') || 'no controllers'}${locked}`
  if (missing.length === 0) return ok('cgroups', 'limits can be enforced', evidence)
  return trouble('cgroups', 'warn', {
    what: `limits on ${missing.join(', ')} cannot be enforced: one person can take it all`,
    evidence,
    fix: cgroupFix(facts),
  })
}

const sandbox: Rule = ({ ownMounts, virtualisation }): readonly Finding[] => {
  if (ownMounts === undefined) return []
  if (ownMounts) return [ok('sandbox', 'services can get mounts of their own', 'unshare --mount')]
  const lxc = virtualisation.startsWith('lxc')
  return [
    trouble('sandbox', 'stop', {
      what: 'services cannot get mounts of their own, so no sandbox can be set up',
      evidence: `unshare --mount is refused; virtualisation: ${virtualisation || 'unknown'}`,
      fix: lxc
        ? 'on the Proxmox host: pct set ID --features nesting=1'
        : 'let the host of this container allow it',
    }),
  ]
}

const confinement: Rule = ({ confinement: mode }) =>
  mode === 'selinux enforcing'
    ? trouble('confinement', 'warn', {
        what: 'SELinux enforces a policy; the hub is untested under it',
        evidence: '/sys/fs/selinux/enforce is 1',
        fix: 'when something is denied: ausearch -m avc -ts recent; setenforce 0 tells whether it was SELinux',
      })
    : ok('confinement', `security module: ${mode}`, '/sys/module/apparmor, /sys/fs/selinux')

/** In the order in which they are shown. */
export const systemRules: readonly Rule[] = [
  root,
  platform,
  libc,
  init,
  systemd,
  distribution,
  python,
  memory,
  cgroups,
  sandbox,
  confinement,
]
