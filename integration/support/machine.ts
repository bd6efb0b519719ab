/** A throw-away systemd machine, driven through machine/machine.sh. */
import { createServer } from 'node:net'
import { join } from 'node:path'

import { inject, test as base, type TestAPI } from 'vitest'

import type { CommandResult } from '../../src/host/host.ts'
import type { Images } from './images.ts'
import { MACHINE_SH, MACHINE_STATE, REPOSITORY } from './places.ts'
import { mustRun, runProcess, showFailure } from './process.ts'

/** What the machine starts as: a provider's bare server, or one on which `bootstrap.sh --admin boss` ran. */
export type ImageKind = 'bare' | 'installed'
export type Suite = 'bookworm' | 'trixie'

export interface MachineOptions {
  readonly image: ImageKind
  /** Debian release, default bookworm. */
  readonly suite?: Suite
  /** Bytes of memory; without it what the host has. */
  readonly memory?: number
  /** Bytes of disk that may change, kept in memory; without it what the host has. */
  readonly disk?: number
  /** No network but its own loopback: no port reaches it either. */
  readonly offline?: boolean
  /** Shows this checkout read-only at /src. */
  readonly checkout?: boolean
}

export interface RunOptions {
  /** Text for standard input. */
  readonly input?: string
  /** Milliseconds before the command's client is killed. Default 60 000. */
  readonly timeoutMs?: number
  readonly env?: Readonly<Record<string, string>>
  /** User that runs it, default root. */
  readonly user?: string
}

let count = 0

/** A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

interface Place {
  readonly port: number
  readonly owner: number
}

function bootArguments(options: MachineOptions, { port, owner }: Place): readonly string[] {
  const { memory, disk } = options
  return [
    '--port',
    String(port),
    '--owner',
    String(owner),
    ...(memory === undefined ? [] : ['--memory', String(memory)]),
    ...(disk === undefined ? [] : ['--disk', String(disk)]),
    ...(options.offline === true ? ['--offline'] : []),
    ...(options.checkout === true ? ['--share', `${REPOSITORY}:/src`] : []),
  ]
}

export class Machine {
  readonly name: string
  readonly port: number
  /** Address of the machine's port 80, as this host reaches it. */
  readonly url: string
  /** One-time password of the administrator boss on an installed machine, as the installation printed it. */
  readonly password: string

  private constructor(name: string, port: number, password: string) {
    this.name = name
    this.port = port
    this.url = `http://127.0.0.1:${port}`
    this.password = password
  }

  /** Boots a fresh machine, by default with the images that the run's global setup made. @throws Error with the console's end. */
  static async boot(options: MachineOptions, images: Images = inject('images')): Promise<Machine> {
    const image = images[options.image][options.suite ?? 'bookworm']
    if (image.error !== undefined) throw new Error(image.error)
    // Workers have their own counters, so their number is in the name too.
    const name = `t${images.owner}-${process.pid}-${(count += 1)}`
    const port = await freePort()
    await mustRun(
      [MACHINE_SH, 'up', name, image.name, ...bootArguments(options, { port, owner: images.owner })],
      {
        timeoutMs: 150_000,
      },
    )
    return new Machine(name, port, image.password ?? '')
  }

  /** Runs a command in the machine as a unit of its own; a failing one is a result. */
  async run(argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    const { env, user, ...rest } = options
    const settings = Object.entries(env ?? {}).flatMap(([key, value]) => ['-E', `${key}=${value}`])
    const uid = user === undefined ? [] : [`--uid=${user}`]
    return runProcess([MACHINE_SH, 'run', this.name, ...settings, ...uid, ...argv], rest)
  }

  /** Runs a command that must succeed. @returns its standard output @throws Error with both outputs when it fails. */
  async ok(argv: readonly string[], options: RunOptions = {}): Promise<string> {
    const result = await this.run(argv, options)
    if (result.code !== 0) throw new Error(showFailure(argv, result))
    return result.stdout
  }

  /** Runs a shell script that must succeed. @returns its standard output. */
  async sh(script: string, options: RunOptions = {}): Promise<string> {
    return this.ok(['sh', '-euc', script], options)
  }

  /** Where a file of the machine's disk lies on this host (its /run, /tmp and /proc are not on the disk). */
  path(inside: string): string {
    return join(MACHINE_STATE, 'machine', this.name, 'root', inside)
  }

  /** Shuts down and boots again. */
  async reboot(): Promise<void> {
    await this.#drive('reboot')
  }

  /** Shuts down in order; the disk stays. */
  async stop(): Promise<void> {
    await this.#drive('stop')
  }

  /** A power cut; the disk stays. */
  async kill(): Promise<void> {
    await this.#drive('kill')
  }

  /** Boots again after stop or kill. */
  async start(): Promise<void> {
    await this.#drive('start')
  }

  /** Ends the machine and deletes its disk. */
  async remove(): Promise<void> {
    await this.#drive('remove')
  }

  /** Shuts down; what was changed becomes an image layer of this name. */
  async keep(image: string): Promise<void> {
    await mustRun([MACHINE_SH, 'keep', this.name, image], { timeoutMs: 150_000 })
  }

  async #drive(verb: string): Promise<void> {
    await mustRun([MACHINE_SH, verb, this.name], { timeoutMs: 220_000 })
  }
}

/** A `test` whose context has `machine`: one for the file, booted at first use, removed at its end. */
export function machineTest(options: MachineOptions): TestAPI<{ machine: Machine }> {
  // A failing fixture would be tried again by every test of the file: the first failure is kept.
  let booted: Promise<Machine> | undefined
  return base.extend<{ $file: { machine: Machine } }>({
    machine: [
      // eslint-disable-next-line no-empty-pattern -- vitest reads the names of wanted fixtures here
      async ({}, use): Promise<void> => {
        booted ??= Machine.boot(options)
        const machine = await booted
        try {
          await use(machine)
        } finally {
          await machine.remove()
        }
      },
      { scope: 'file' },
    ],
  })
}
