/** An installation as an operator runs it, and what it must leave alone. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { CommandResult } from '../../src/host/host.ts'
import type { Machine } from './machine.ts'
import { REPOSITORY } from './places.ts'
import { mustRun } from './process.ts'

/** Where bootstrap and release lie in a machine; on an installed one they lie there already. */
export const BOOTSTRAP = '/root/bootstrap.sh'
export const RELEASE = '/root/release.tar.gz'

const INSTALL_MS = 600_000

/** Puts the bootstrap and a release of this checkout into a machine. */
export async function provideRelease(machine: Machine): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tljh-release-'))
  try {
    const tarball = join(folder, 'release.tar.gz')
    const build = ['scripts/build.ts', '--out', join(folder, 'dist'), '--pack', tarball]
    await mustRun([process.execPath, ...build], { cwd: REPOSITORY })
    await copyFile(tarball, machine.path(RELEASE))
    await copyFile(join(REPOSITORY, 'bootstrap.sh'), machine.path(BOOTSTRAP))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Runs the bootstrap for the administrator boss to its end; a failure is a result. */
export async function install(machine: Machine, ...options: readonly string[]): Promise<CommandResult> {
  const argv = ['sh', BOOTSTRAP, '--admin', 'boss', ...options]
  return machine.run(argv, { env: { TLJH_TARBALL: RELEASE }, timeoutMs: INSTALL_MS })
}

/** Every unit of ours with its process and the times of its start: the same text means that nothing was restarted. */
export async function starts(machine: Machine): Promise<string> {
  return machine.sh(
    `systemctl show --property=Id,ActiveState,MainPID,InvocationID,ExecMainStartTimestampMonotonic -- \
      'jupyter*.service' 'jupyter*.socket' ssh.service | grep -v '^Id=jupyterhub-helper@'`,
  )
}

/** What the installation wrote, with owners, times and contents, apart from logs, caches, and the inside of environments. */
export async function files(machine: Machine): Promise<string> {
  return machine.sh(
    `find /etc /opt/tljh /usr/local '(' -path /opt/tljh/cache -o -path '/opt/tljh/*/*/*/*' ')' -prune \
      -o -printf '%p %y %m %u:%g %s %T@ %l\\n' | sort`,
  )
}

/** What a refused command may not change: files with their times, units with their processes, people. */
export async function state(machine: Machine): Promise<string> {
  const people = await machine.ok(['sha256sum', '/opt/tljh/state/ledger.sqlite', '/etc/passwd', '/etc/group'])
  return [await files(machine), await starts(machine), people].join('\n')
}
