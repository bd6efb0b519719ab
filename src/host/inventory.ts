/** What this machine is made of, for `tljh check` and for reports of mistakes. Reads only. */
import { cpu, fsSize, mem, osInfo } from 'systeminformation'

/** A short inventory; sizes in bytes. */
export interface Inventory {
  readonly system: string
  readonly kernel: string
  readonly processor: string
  readonly cores: number
  readonly memory: { readonly total: number; readonly available: number; readonly swap: number }
  readonly disks: readonly {
    readonly place: string
    readonly type: string
    readonly size: number
    readonly free: number
  }[]
}

/** Takes about 60 ms; imported only where it is shown. */
export async function inventory(): Promise<Inventory> {
  const [system, processor, memory, disks] = await Promise.all([osInfo(), cpu(), mem(), fsSize()])
  return {
    system: `${system.distro} ${system.release}`,
    kernel: `${system.kernel} ${system.arch}`,
    processor: `${processor.manufacturer} ${processor.brand}`.trim(),
    cores: processor.cores,
    memory: { total: memory.total, available: memory.available, swap: memory.swaptotal },
    disks: disks.map(({ mount, type, size, available }) => ({ place: mount, type, size, free: available })),
  }
}

const GIGABYTE = 1e9
const gigabytes = (bytes: number): string => `${(bytes / GIGABYTE).toFixed(1)} GB`

/** The inventory as lines for people. */
export function showInventory({ system, kernel, processor, cores, memory, disks }: Inventory): string {
  return [
    `System:    ${system}, kernel ${kernel}`,
    `Processor: ${processor === '' ? 'unknown' : processor}, ${cores} ${cores === 1 ? 'core' : 'cores'}`,
    `Memory:    ${gigabytes(memory.total)}, ${gigabytes(memory.available)} available, swap ${gigabytes(memory.swap)}`,
    ...disks.map(
      ({ place, type, size, free }) =>
        `Disk:      ${place} (${type}), ${gigabytes(size)}, ${gigabytes(free)} free`,
    ),
  ].join('\n')
}
