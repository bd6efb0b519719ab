/** What a machine has used, read from outside: CPU of all its processes, bytes that came in, disk. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import type { Machine } from '../../integration/support/machine.ts'
import { MACHINE_STATE } from '../../integration/support/places.ts'
import { mustRun } from '../../integration/support/process.ts'

const CGROUPS = '/sys/fs/cgroup'

/** Gauges of a machine at one moment. */
export interface Reading {
  /** Milliseconds of the monotonic clock. */
  readonly atMs: number
  /** Seconds of CPU since the machine started. */
  readonly cpu: number
  /** Bytes received since the machine started. */
  readonly received: number
}

/** What was used between two readings: seconds, seconds, bytes. */
export interface Used {
  readonly wall: number
  readonly cpu: number
  readonly received: number
}

export function used(before: Reading, after: Reading): Used {
  return {
    wall: (after.atMs - before.atMs) / 1000,
    cpu: after.cpu - before.cpu,
    received: after.received - before.received,
  }
}

function cpuSeconds(leader: string): number {
  const groups = readFileSync(`/proc/${leader}/cgroup`, 'utf8').split('\n')
  const version1 = groups.find((line) => /^\d+:(\w+,)*cpuacct\b/.test(line))?.split(':')[2]
  if (version1 !== undefined) {
    const machine = version1.replace(/\/init\.scope$/, '')
    return Number(readFileSync(join(CGROUPS, 'cpuacct', machine, 'cpuacct.usage'), 'utf8')) / 1e9
  }
  const version2 = dirname(groups.find((line) => line.startsWith('0::'))?.slice('0::'.length) ?? '/')
  const usage = /^usage_usec (\d+)$/m.exec(readFileSync(join(CGROUPS, version2, 'cpu.stat'), 'utf8'))?.[1]
  return Number(usage) / 1e6
}

function receivedBytes(leader: string): number {
  const devices = readFileSync(`/proc/${leader}/net/dev`, 'utf8').split('\n').slice(2)
  return devices
    .map((device) => device.trim().split(/[:\s]+/))
    .filter(([name]) => name !== 'lo' && name !== '')
    .reduce((sum, [, bytes]) => sum + Number(bytes), 0)
}

/** The gauges now. */
export function read(machine: Machine): Reading {
  const file = join(MACHINE_STATE, 'machine', machine.name, 'leader')
  const [leader = ''] = readFileSync(file, 'utf8').split(' ')
  return { atMs: performance.now(), cpu: cpuSeconds(leader), received: receivedBytes(leader) }
}

/** Mebibytes of disk below paths of the machine; files with two names count once. */
export async function mebibytes(machine: Machine, ...paths: readonly string[]): Promise<number> {
  const there = paths.map((path) => machine.path(path)).filter((path) => existsSync(path))
  const text = await mustRun([
    'du',
    '--block-size=1',
    '--one-file-system',
    '--summarize',
    '--total',
    ...there,
  ])
  return Number(/^(\d+)\ttotal$/m.exec(text)?.[1]) / 1024 ** 2
}

/** Debian packages that apt has put into the machine, one list a call of apt that put some in. */
export async function packageCalls(machine: Machine): Promise<readonly (readonly string[])[]> {
  const history = await machine.ok(['cat', '/var/log/apt/history.log'])
  return [...history.matchAll(/^Install: (.*)$/gm)].map(([, list = '']) => list.split('), '))
}
