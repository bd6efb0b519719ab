import { describe, expect, test } from 'vitest'

import { generations } from '../../src/resources/generations.ts'
import type { Generations } from '../../src/resources/generations.ts'
import { stepsFor } from '../../src/resources/resource.ts'
import { FakeHost } from '../support/fake-host.ts'
import { testPlan } from '../support/plan-rows.ts'

const WANT: Generations = { kind: 'generations', path: '/opt/tljh/env/hub', current: '/opt/tljh/env/hub/c3' }
const folder = (mtimeMs: number) => ({ type: 'directory', mtimeMs }) as const
const old = (name: string, mtimeMs: number) => ({ path: `/opt/tljh/env/hub/${name}`, mtimeMs })
const COMMAND = '/opt/tljh/env/hub/a1/bin/python\0-I\0/opt/tljh/release/x/python/run_hub.py\0'

describe('generations', () => {
  test('observes folders beside the current one, and processes only where one could go', async () => {
    const host = new FakeHost({
      '/opt/tljh/env/hub/b2': folder(2),
      '/opt/tljh/env/hub/c3': folder(3),
      '/opt/tljh/env/hub/d4.new': folder(4),
      '/opt/tljh/env/hub/.trash': folder(5),
      '/opt/tljh/env/hub/note': 'a file',
      '/proc/17/cmdline': COMMAND,
      '/proc/meminfo': 'MemTotal: 1 kB\n',
    })
    host.put('/proc/17', folder(0))
    expect(await generations.observe(host, WANT)).toEqual({ old: [old('b2', 2)], commands: [] })
    host.put('/opt/tljh/env/hub/a1', folder(1))
    expect(await generations.observe(host, WANT)).toEqual({
      old: [old('a1', 1), old('b2', 2)],
      commands: [COMMAND],
    })
  })

  test('a process that ends while it is looked at is no failure', async () => {
    const host = new FakeHost({ '/opt/tljh/env/hub/a1': folder(1), '/opt/tljh/env/hub/b2': folder(2) })
    host.put('/proc/17', folder(0))
    const { readFile } = host
    host.readFile = async (path) => {
      if (path.startsWith('/proc/')) throw new Error('ESRCH')
      return readFile(path)
    }
    expect(await stepsFor(host, WANT)).toEqual([{ do: 'remove', path: '/opt/tljh/env/hub/a1' }])
  })

  const three = [old('a1', 1), old('b2', 2), old('z0', 0)]
  testPlan(generations, WANT, [
    { name: 'settled', have: { old: [old('b2', 2)], commands: [] }, steps: [] },
    { name: 'absent', have: { old: [], commands: [] }, steps: [] },
    {
      name: 'all but the youngest of the old ones go',
      have: { old: three, commands: [] },
      steps: ['remove /opt/tljh/env/hub/a1', 'remove /opt/tljh/env/hub/z0'],
    },
    {
      name: 'one that a process uses stays',
      have: { old: three, commands: ['/sbin/init\0', COMMAND] },
      steps: ['remove /opt/tljh/env/hub/z0'],
    },
    {
      name: 'a name that begins like another is another',
      have: { old: [old('a', 1), old('b2', 2)], commands: [COMMAND] },
      steps: ['remove /opt/tljh/env/hub/a'],
    },
  ])
})
