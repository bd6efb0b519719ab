/** Machines for measuring: a bare server, the release that is put on it, and scripts that run inside. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { Machine, type Suite } from '../../integration/support/machine.ts'
import { MACHINE_SH, REPOSITORY } from '../../integration/support/places.ts'
import { mustRun } from '../../integration/support/process.ts'

const BAKE_MS = 3_600_000
/** Where other users than root can read it too. */
const INSIDE = '/srv/bench'

/** The person who administers the measured hub. */
export const ADMIN = 'boss'

/** Where things of the installation lie. */
export const NODE = '/opt/tljh/tools/current/bin/node'
/** What a login shell of root would have; a transient unit has less. */
export const SHELL = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }

/** A fresh machine as a provider hands it out. */
export async function bareMachine(suite: Suite = 'bookworm'): Promise<Machine> {
  const name = (await mustRun([MACHINE_SH, 'bake', suite], { timeoutMs: BAKE_MS })).trim()
  const image = { bookworm: { name }, trixie: { name } }
  return Machine.boot({ image: 'bare', suite }, { bare: image, installed: image, owner: process.pid })
}

/** Builds this checkout's release. @returns its folder, and how to remove it */
export async function buildRelease(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const parent = await mkdtemp(join(tmpdir(), 'tljh-bench-'))
  const folder = join(parent, 'release')
  await mustRun([process.execPath, 'scripts/build.ts', '--out', folder], { cwd: REPOSITORY })
  return { folder, remove: async () => rm(parent, { recursive: true, force: true }) }
}

/** Puts the release where an operator would unpack it. */
export async function bringRelease(machine: Machine, release: string): Promise<void> {
  await cp(release, machine.path('/root/release'), { recursive: true })
}

/** Puts the scripts that run inside into the machine. */
export async function bringScripts(machine: Machine): Promise<void> {
  await cp(resolve(import.meta.dirname, '../inside'), machine.path(INSIDE), { recursive: true })
  await mkdir(machine.path(INSIDE), { recursive: true })
  await writeFile(machine.path(`${INSIDE}/package.json`), '{"type":"module"}\n')
}

export interface InsideOptions {
  /** Unix user that runs it, default root. */
  readonly user?: string
  readonly timeoutMs?: number
}

/** Runs a script of inside/ on the machine's own Node. @param input is handed to it as JSON @returns what it printed as JSON */
export async function inside<Answer>(
  machine: Machine,
  script: string,
  call: { readonly input: unknown } & InsideOptions,
): Promise<Answer> {
  const { input, user, timeoutMs = 600_000 } = call
  const argv = [NODE, `${INSIDE}/${script}`, JSON.stringify(input)]
  const text = await machine.ok(argv, { timeoutMs, env: SHELL, ...(user === undefined ? {} : { user }) })
  return JSON.parse(text) as Answer
}
