/** Try mode, on this host itself: install in a disposable machine, reach it, find it up, leave no trace. */
import { access, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, inject, test } from 'vitest'

import type { CommandResult } from '../src/host/host.ts'
import { Client } from './support/client.ts'
import { printedPassword } from './support/installed.ts'
import { freePort } from './support/machine.ts'
import { MACHINE_STATE, REPOSITORY } from './support/places.ts'
import { runProcess } from './support/process.ts'

const bootstrap = join(REPOSITORY, 'bootstrap.sh')

/** State of its own, so that a developer's try machine and this one do not meet; on the disk of the images. */
let state: string

async function run(...options: readonly string[]): Promise<CommandResult> {
  // --try: on a host with systemd the mode is not chosen by itself.
  const argv = ['sh', bootstrap, '--try', ...options]
  return runProcess(argv, { env: { TLJH_MACHINE_STATE: state }, timeoutMs: 600_000 })
}

async function traces(): Promise<string> {
  const mounts = await readFile('/proc/self/mounts', 'utf8')
  const processes = await runProcess(['pgrep', '-af', `${state}/machine`])
  return (
    mounts
      .split('\n')
      .filter((line) => line.includes(state))
      .join('\n') + processes.stdout
  )
}

beforeAll(async () => {
  if (inject('noMachines') !== '') return
  await runProcess(['mkdir', '-p', MACHINE_STATE])
  state = await mkdtemp(join(MACHINE_STATE, 'try-'))
})

afterAll(async () => {
  if (state === undefined) return
  await run('--try-stop', '--purge')
  await rm(state, { recursive: true, force: true })
})

test('one command ends in a hub on the loopback', { timeout: 600_000 }, async () => {
  const port = await freePort()
  const result = await run('--try-port', String(port), '--admin', 'boss')
  if (result.code !== 0) throw new Error(result.stderr)
  expect(result.stdout).toContain(`http://127.0.0.1:${port}/`)
  expect(result.stderr).toContain('--try-stop')
  const boss = new Client(`http://127.0.0.1:${port}`)
  expect(await boss.login('boss', printedPassword(result.stdout) ?? '')).toBe('choose')

  const again = await run('--admin', 'boss')
  expect(again.code).toBe(0)
  expect(again.stderr).toMatch(new RegExp(`already up: http://127\\.0\\.0\\.1:${port}/`))
})

test(
  '--try-stop leaves nothing but the cached image, --purge not even that',
  { timeout: 600_000 },
  async () => {
    expect((await run('--try-stop')).code).toBe(0)
    expect(await traces()).toBe('')
    await access(join(state, 'image'))
    expect((await run('--try-stop', '--purge')).code).toBe(0)
    await expect(access(state)).rejects.toThrow('ENOENT')
  },
)

test('a port that is taken is said to be', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const result = await run('--try-port', String(port), '--admin', 'boss')
  server.close()
  expect(result.code).toBe(1)
  expect(result.stderr).toContain(`error: port ${port} is taken on 127.0.0.1`)
})

test('without root one sentence says why and what to use instead', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tljh-plain-'))
  const argv = ['setpriv', '--reuid=65534', '--clear-groups', 'sh', bootstrap, '--try', '--admin', 'boss']
  const result = await runProcess(argv, { cwd: folder })
  await rm(folder, { recursive: true })
  expect(result.code).toBe(1)
  expect(result.stderr).toMatch(/^tljh: error: must run as root: sudo .*\n$/)
})
