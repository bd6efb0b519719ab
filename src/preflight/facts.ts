/** What this machine is, read all at once through a Reader; nothing is changed and nothing fetched. */
import { HostError } from '../errors.ts'
import type { Reader } from '../host/host.ts'
import { carefulReader } from './careful-reader.ts'
import { readLeftovers } from './leftovers.ts'
import type { Leftovers } from './leftovers.ts'
import { readListeners } from './listeners.ts'
import type { Listener } from './listeners.ts'
import { readHasIpv6, readNetwork } from './network.ts'
import type { Network } from './network.ts'
import { readPackages } from './packages.ts'
import type { Packages } from './packages.ts'
import { readStorage } from './storage.ts'
import type { Cgroups, Place } from './storage.ts'
import {
  parseEffectiveUid,
  parseGlibc,
  parseSystemdVersion,
  readClock,
  readConfinement,
  readDistribution,
  readMemory,
  readPython,
} from './system.ts'
import type { Clock, Confinement, Distribution, Memory, Python } from './system.ts'

/** What `uname -srm` answers. */
interface Kernel {
  /** `Linux`. */
  readonly name: string
  readonly release: string
  /** `x86_64`, `aarch64`. */
  readonly machine: string
}

export interface Facts {
  readonly root: boolean
  readonly distribution: Distribution
  readonly kernel: Kernel
  /** Name of process 1; `systemd` is what we need. */
  readonly processOne: string
  /** 0 without systemd. */
  readonly systemdVersion: number
  /** Empty where the C library is not the GNU one. */
  readonly glibc: string
  readonly memory: Memory
  readonly cores: number
  readonly python?: Python
  /** `none`, `kvm`, `lxc`, `docker`, `wsl`, … as systemd-detect-virt calls it; empty when unknown. */
  readonly virtualisation: string
  readonly confinement: Confinement
  /** Whether a process may get a mount table of its own; undefined when it was not tried (not root). */
  readonly ownMounts?: boolean
  readonly clock: Clock
  readonly places: readonly Place[]
  readonly cgroups: Cgroups
  readonly listeners: readonly Listener[]
  readonly network: Network
  readonly packages: Packages
  readonly leftovers: Leftovers
}

/** Output of `uname -srm`. */
export function parseKernel(text: string): Kernel {
  const [name = '', release = '', machine = ''] = text.trim().split(/\s+/)
  return { name, release, machine }
}

/** Tries what every sandboxed unit needs, in a process that ends at once. */
async function readOwnMounts(reader: Reader): Promise<Pick<Facts, 'ownMounts'>> {
  const { code } = await reader.query(['unshare', '--mount', 'true'])
  return code === 127 ? {} : { ownMounts: code === 0 }
}

async function readCores(reader: Reader): Promise<number> {
  const { stdout } = await reader.query(['nproc'])
  return Math.max(1, Number(stdout.trim()) || 1)
}

async function readSystem(reader: Reader) {
  const [kernel, systemd, cores, processOne, glibc, virtualisation] = await Promise.all([
    reader.query(['uname', '-srm']),
    reader.query(['systemctl', '--version']),
    readCores(reader),
    reader.readFile('/proc/1/comm'),
    reader.query(['getconf', 'GNU_LIBC_VERSION']),
    reader.query(['systemd-detect-virt']),
  ])
  return {
    kernel: parseKernel(kernel.stdout),
    systemdVersion: parseSystemdVersion(systemd.stdout),
    cores,
    processOne: processOne?.trim() ?? '',
    glibc: parseGlibc(glibc.stdout),
    virtualisation: virtualisation.stdout.trim(),
  }
}

/** What to look at. */
export interface Look {
  /** TCP ports whose listeners are looked up. */
  readonly ports: readonly number[]
  /** Package sources are asked only before a first installation. */
  readonly firstInstall: boolean
}

async function readKinds(reader: Reader) {
  const [distribution, memory, python, confinement, clock] = await Promise.all([
    readDistribution(reader),
    readMemory(reader),
    readPython(reader),
    readConfinement(reader),
    readClock(reader),
  ])
  return { distribution, memory, confinement, clock, ...(python === undefined ? {} : { python }) }
}

/** Reads every fact. What may not be read counts as absent; never throws for the state of the machine. */
export async function readFacts(reader: Reader, look: Look): Promise<Facts> {
  const careful = carefulReader(reader)
  const root = parseEffectiveUid((await careful.readFile('/proc/self/status')) ?? '') === 0
  const [packages, system, kinds, storage, mounts, listeners, network, leftovers] = await Promise.all([
    readPackages(careful, look.firstInstall),
    readSystem(careful),
    readKinds(careful),
    readStorage(careful),
    root ? readOwnMounts(careful) : {},
    readListeners(careful, look.ports),
    readNetwork(careful),
    readLeftovers(careful),
  ])
  return { root, ...system, ...kinds, ...storage, ...mounts, packages, listeners, network, leftovers }
}

/** What the hub is built for. */
export interface MachineFacts {
  readonly cores: number
  readonly memoryBytes: number
  /** Of the distribution's Python: `3.11.2`. */
  readonly pythonVersion: string
  /** The program behind the links: `/usr/bin/python3.11`. */
  readonly pythonBinary: string
  /** Whether an interface, the loopback one included, has a version 6 address. */
  readonly hasIpv6: boolean
}

/** Reads the few facts that the hub's resources depend on. @throws HostError when the distribution's Python is missing. */
export async function machineFacts(reader: Reader): Promise<MachineFacts> {
  const careful = carefulReader(reader)
  const [memory, python, hasIpv6, cores] = await Promise.all([
    readMemory(careful),
    readPython(careful),
    readHasIpv6(careful),
    readCores(careful),
  ])
  if (python === undefined) {
    throw new HostError('/usr/bin/python3 does not run; put it in with: apt-get install python3 python3-venv')
  }
  return {
    cores,
    memoryBytes: memory.totalBytes,
    pythonVersion: python.version,
    pythonBinary: python.binary,
    hasIpv6,
  }
}
