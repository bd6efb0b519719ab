import { describe, expect, test } from 'vitest'

import { apply } from '../../src/engine/apply.ts'
import { plan } from '../../src/engine/plan.ts'
import { RECEIPTS, receipts } from '../../src/engine/receipts.ts'
import type { Receipt } from '../../src/engine/receipts.ts'
import { StepError } from '../../src/errors.ts'
import type { Resource } from '../../src/resources/resource.ts'
import { FakeHost } from '../support/fake-host.ts'

const root = { owner: 'root', group: 'root' } as const
const state: Resource = { kind: 'directory', path: '/opt/tljh/state', mode: 0o700, ...root }
const secret: Resource = {
  kind: 'file',
  path: '/opt/tljh/state/token',
  text: 'hunter2',
  mode: 0o600,
  ...root,
  secret: true,
}

async function settle(host: FakeHost, wanted: readonly Resource[]): Promise<void> {
  const progress = { start: () => undefined, step: () => undefined, done: () => undefined }
  const planned = await plan(host, wanted)
  await apply(host, wanted, { progress, record: receipts(host, 'run-1'), log: '/log', planned })
}

function written(host: FakeHost): Receipt[] {
  const lines = host.entries.get(RECEIPTS)?.text.trimEnd().split('\n') ?? []
  return lines.map((line) => JSON.parse(line) as Receipt)
}

describe('receipts', () => {
  test('one a change: when, which run, what it was before, what was done', async () => {
    const host = new FakeHost({ '/opt/tljh/state': { type: 'directory', mode: 0o700 } })
    host.put('/f', { text: 'old', mode: 0o666 })
    host.run = () => host.put('/etc/group', { text: 'course:x:990:\n' })
    const group: Resource = { kind: 'group', name: 'course', members: [], ours: () => true }
    await settle(host, [{ kind: 'file', path: '/f', text: 'new', mode: 0o644, ...root }, group, secret])
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    const common = { at, run: 'run-1' }
    expect(written(host)).toEqual([
      { ...common, id: 'file:/f', before: { type: 'file', mode: '666' }, steps: ['write /f (0644)'] },
      { ...common, id: 'group:course', steps: ['groupadd --system -- course'] },
      {
        ...common,
        id: 'file:/opt/tljh/state/token',
        before: 'absent',
        steps: ['write /opt/tljh/state/token (0600, secret)'],
      },
    ])
  })

  test('are for root alone and hold no secret', async () => {
    const host = new FakeHost({ '/opt/tljh/state': { type: 'directory', mode: 0o700 } })
    await settle(host, [secret])
    expect(host.entries.get(RECEIPTS)).toMatchObject({ mode: 0o600 })
    expect(host.entries.get(RECEIPTS)?.text).not.toContain('hunter2')
  })

  test('are written before the steps, so that a killed run leaves a trace', async () => {
    const host = new FakeHost({ '/opt/tljh/state': { type: 'directory', mode: 0o700 } })
    const { perform } = host
    host.perform = async (step) => {
      if (step.do === 'write') throw new StepError('power cut')
      return perform(step)
    }
    await expect(settle(host, [secret])).rejects.toThrow('power cut')
    expect(written(host).map(({ id }) => id)).toEqual(['file:/opt/tljh/state/token'])
  })

  test('begin when the folder that they lie in is there', async () => {
    const host = new FakeHost()
    await settle(host, [state, secret])
    expect(written(host).map(({ id }) => id)).toEqual(['file:/opt/tljh/state/token'])
  })
})
