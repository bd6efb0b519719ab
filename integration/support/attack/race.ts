/** Mallory's kernel tries to take the place of alice's server all the time that something goes on. */
import type { Kernel } from '../kernel.ts'
import { startIn } from './background.ts'

export interface Race {
  readonly tries: number
  /** How often a socket of her own was made in the same way. */
  readonly own: number
  /** How often a socket was made in the place of alice's. */
  readonly sockets: number
  /** Ports on which alice's account listened at any time. */
  readonly ports: readonly number[]
  /** Processes of alice that were seen. */
  readonly processes: readonly string[]
}

/** Races against the work. @returns what the attacker got */
export async function race(attacker: Kernel, work: () => Promise<void>): Promise<Race> {
  await attacker.shell('rm -f ~/race.stop ~/race.json')
  await startIn(attacker, 'race.py', [[]])
  try {
    await work()
  } finally {
    await attacker.shell('touch ~/race.stop')
  }
  await attacker.run('for c in children: c.wait()')
  const { code, output } = await attacker.shell('cat ~/race.json')
  if (code !== 0) throw new Error(`the race did not end well: ${output}`)
  return JSON.parse(output) as Race
}
