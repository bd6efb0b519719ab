/** How much one server, and all servers together, may use. */
import type { Config } from '../config/schema.ts'
import type { Limits as UnitLimits } from '../people/policy.ts'
import type { Machine } from './inputs.ts'

const MB = 1024 ** 2
/** A new kernel keeps a few kilobytes more or less for itself: no reason to write every unit again. */
const STEP = 16 * MB
/** Kept for hub, proxy, one helper and the system: measured 400 MB, or 12 % on larger machines (facts/observe.md 3.4). */
const RESERVE = { bytes: 400 * MB, share: 0.12 }
/** A class of ten, of whom two thirds compute at the same time. */
const CLASS = 10
const OVERCOMMIT = 1.5
/** An idle server with a kernel has 150 MB, a lesson with numpy 390 MB. */
const LEAST = 384 * MB
const LARGEST_SHARE = 0.7

export interface Limits {
  /** Bytes for one server. */
  readonly memory: number
  /** Bytes for all servers together. */
  readonly allMemory: number
  /** Processes and threads of one server, and of all. */
  readonly tasks: number
  readonly allTasks: number
  /** Cores for one server; null for no ceiling. */
  readonly cpu: number | null
  /** Bytes of /dev/shm of one server. */
  readonly sharedMemory: number
  /** Servers that may start at the same time: more only makes all of them late together. */
  readonly startsAtOnce: number
}

/** Limits from the config, and from the machine where the config is silent. */
export function limitsFor(config: Config, machine: Machine): Limits {
  const total = Math.floor(machine.memoryBytes / STEP) * STEP
  const allMemory = Math.floor(total - Math.max(RESERVE.bytes, RESERVE.share * total))
  const share = Math.floor((allMemory / CLASS) * OVERCOMMIT)
  const memory =
    config.limits.memory ?? Math.min(Math.max(share, LEAST), Math.floor(allMemory * LARGEST_SHARE))
  return {
    memory,
    allMemory,
    tasks: config.limits.tasks ?? Math.max(512, 16 * machine.cores),
    allTasks: 20_000,
    cpu: config.limits.cpu,
    sharedMemory: Math.max(64 * MB, Math.floor(memory / 4)),
    startsAtOnce: Math.max(4, 2 * machine.cores),
  }
}

/** Limits as the properties of a systemd unit. */
export function unitLimits(limits: Limits): UnitLimits {
  return {
    MemoryMax: String(limits.memory),
    CPUQuota: limits.cpu === null ? '' : `${Math.max(1, Math.round(limits.cpu * 100))}%`,
    TasksMax: String(limits.tasks),
  }
}
