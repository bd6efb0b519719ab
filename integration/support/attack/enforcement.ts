/** Whether a machine of the tests enforces limits at all: where controllers are read-only, systemd shows limits that nobody keeps. */
import type { Machine } from '../machine.ts'

const EAT = `python3 -I -c 'b = b"x" * (300 << 20)'`
const FORK = `python3 -I -c '
import os, time
for _ in range(60):
    if os.fork() == 0: time.sleep(2); os._exit(0)'`
const SPIN = `python3 -I -c '
import time
end = time.monotonic() + 2
while time.monotonic() < end: pass
print(time.process_time())'`

async function under(
  machine: Machine,
  property: string,
  script: string,
): Promise<{ code: number; stdout: string }> {
  return machine.run([
    'systemd-run',
    '--quiet',
    '--wait',
    '--collect',
    '--pipe',
    `--property=${property}`,
    'sh',
    '-c',
    script,
  ])
}

/** What the machine does not enforce; empty when it enforces all. Tried without anything of ours. */
export async function enforcement(machine: Machine): Promise<readonly string[]> {
  const memory = await under(machine, 'MemoryMax=100M', EAT)
  const tasks = await under(machine, 'TasksMax=20', FORK)
  const cpu = await under(machine, 'CPUQuota=10%', SPIN)
  return [
    ...(memory.code === 0 ? ['memory: 300 MB were had under MemoryMax=100M'] : []),
    ...(tasks.code === 0 ? ['tasks: 60 processes were had under TasksMax=20'] : []),
    ...(Number(cpu.stdout) < 1 ? [] : ['cpu: half a core and more was had under CPUQuota=10%']),
  ]
}

/** Bytes that all servers together may have, as the kernel keeps it, and how often they ran into that. */
export async function sliceMemory(machine: Machine): Promise<{ limit: number; hits: number }> {
  const text = await machine.sh(`
    one=/sys/fs/cgroup/memory/jupyterusers.slice two=/sys/fs/cgroup/jupyterusers.slice
    if [ -d $one ]; then cat $one/memory.limit_in_bytes $one/memory.failcnt
    else cat $two/memory.max; awk '$1 == "max" {print $2}' $two/memory.events; fi`)
  const [limit = 0, hits = 0] = text.split('\n').map(Number)
  return { limit, hits }
}
