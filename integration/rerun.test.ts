/** The same command again: nothing is changed, nothing is restarted, nobody notices. */
import { expect } from 'vitest'

import { CHOSEN } from './support/administrator.ts'
import { Client } from './support/client.ts'
import { BOOTSTRAP, files, RELEASE, starts } from './support/installation.ts'
import { machineTest } from './support/machine.ts'

const test = machineTest({ image: 'installed' })

const env = { TLJH_TARBALL: RELEASE }

const COMMANDS: readonly { readonly name: string; readonly argv: readonly string[] }[] = [
  { name: 'tljh plan --check', argv: ['tljh', 'plan', '--check'] },
  { name: 'tljh install', argv: ['tljh', 'install'] },
  { name: 'tljh install with the same administrator', argv: ['tljh', 'install', '--admin', 'boss'] },
  { name: 'the bootstrap with the same release', argv: ['sh', BOOTSTRAP, '--admin', 'boss'] },
  { name: 'tljh reconfigure', argv: ['tljh', 'reconfigure'] },
  { name: 'tljh apply, its other name', argv: ['tljh', 'apply'] },
]

test('a second run changes and restarts nothing, says so, and leaves a running kernel alone', async ({
  machine,
}) => {
  const boss = new Client(machine.url)
  await boss.enter('boss', machine.password, CHOSEN)
  await boss.spawn()
  const kernel = await boss.kernel()
  await kernel.run('x = 41')
  const before = { starts: await starts(machine), files: await files(machine) }
  expect(before.starts).toContain('Id=jupyter-admin@boss.service')

  for (const { name, argv } of COMMANDS) {
    const { code, stdout, stderr } = await machine.run(argv, { env })
    expect.soft({ name, code, stderr }).toEqual({ name, code: 0, stderr: '' })
    expect.soft(stdout.split('\n')[0], name).toBe('Nothing to change.')
    expect.soft(stdout, name).not.toMatch(/password/i)
  }
  const after = { starts: await starts(machine), files: await files(machine) }
  expect(after.starts).toBe(before.starts)
  expect(after.files).toBe(before.files)
  expect(await kernel.run('x + 1')).toBe('42')
})

test('a second run as JSON says that nothing was changed', async ({ machine }) => {
  const { stdout } = await machine.run(['tljh', 'install', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ changed: 0, admins: [] })
  expect(JSON.parse(await machine.ok(['tljh', 'plan', '--json']))).toEqual({ changes: [] })
})
