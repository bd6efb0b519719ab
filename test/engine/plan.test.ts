import { describe, expect, test } from 'vitest'

import { flatten, plan } from '../../src/engine/plan.ts'
import { showStep } from '../../src/host/step.ts'
import type { Resource, Wanted } from '../../src/resources/resource.ts'
import type { Unit } from '../../src/resources/unit.ts'
import { FakeHost } from '../support/fake-host.ts'

const root = { owner: 'root', group: 'root' } as const
const file = (path: string): Resource => ({ kind: 'file', path, text: 'new', mode: 0o644, ...root })
const unit = (more: Partial<Unit> = {}): Unit => ({
  kind: 'unit',
  name: 'a.service',
  state: 'running',
  enabled: true,
  reads: ['/read'],
  reloads: ['/taken-in'],
  readsIn: ['/read.d'],
  reloadsIn: ['/taken-in.d'],
  ...more,
})

const RUNNING = `LoadState=loaded
ActiveState=active
UnitFileState=enabled
NeedDaemonReload=no
InactiveExitTimestamp=Sun 2026-11-22 20:00:00.000000 UTC
`

function running(shown = RUNNING): FakeHost {
  const host = new FakeHost()
  host.answers.push(['systemctl show', { stdout: shown }])
  return host
}

const shown = async (host: FakeHost, wanted: Wanted): Promise<string[]> =>
  (await plan(host, wanted)).flatMap(({ id, steps }) => steps.map((step) => `${id} > ${showStep(step)}`))

describe('plan', () => {
  test('keeps the order of the list, groups opened', async () => {
    const wanted = [file('/1'), [file('/2'), file('/3')], file('/4')]
    expect(flatten(wanted).map((resource) => 'path' in resource && resource.path)).toEqual([
      '/1',
      '/2',
      '/3',
      '/4',
    ])
    expect((await plan(new FakeHost(), wanted)).map(({ id }) => id)).toEqual([
      'file:/1',
      'file:/2',
      'file:/3',
      'file:/4',
    ])
  })

  test('changes nothing', async () => {
    const host = running()
    await plan(host, [file('/read'), unit()])
    expect(host.performed).toEqual([])
  })

  test.each([
    ['a file it reads', '/read', 'restart'],
    ['a file it takes in', '/taken-in', 'reload'],
  ])('foresees what follows from a new text of %s', async (_, path, verb) => {
    expect(await shown(running(), [file(path), unit()])).toEqual([
      `file:${path} > write ${path} (0644)`,
      `unit:a.service > systemctl ${verb} -- a.service`,
    ])
  })

  test('foresees one restart where a restart and a reload would follow', async () => {
    const steps = await shown(running(), [file('/read'), file('/taken-in'), unit()])
    expect(steps.slice(2)).toEqual(['unit:a.service > systemctl restart -- a.service'])
  })

  test('foresees the trial before a restart', async () => {
    const steps = await shown(running(), [file('/read'), unit({ reloadTests: true })])
    expect(steps.slice(1)).toEqual([
      'unit:a.service > systemctl reload -- a.service',
      'unit:a.service > systemctl restart -- a.service',
    ])
  })

  test('foresees a restart beside what is to do anyway', async () => {
    const host = running(RUNNING.replace('=enabled', '=disabled'))
    expect((await shown(host, [file('/read'), unit()])).slice(1)).toEqual([
      'unit:a.service > systemctl enable --quiet -- a.service',
      'unit:a.service > systemctl restart -- a.service',
    ])
  })

  test('foresees nothing for a unit that is started anyway, and nothing for one that is to be stopped', async () => {
    const stopped = running(RUNNING.replace('=active', '=inactive'))
    expect((await shown(stopped, [file('/read'), unit()])).slice(1)).toEqual([
      'unit:a.service > systemctl start -- a.service',
    ])
    const unwanted = unit({ state: 'stopped', enabled: false })
    const disabled = RUNNING.replace('=active', '=inactive').replace('=enabled', '=disabled')
    expect(await shown(running(disabled), [file('/read'), unwanted])).toEqual([
      'file:/read > write /read (0644)',
    ])
  })

  test('a file that nobody reads restarts nobody', async () => {
    expect(await shown(running(), [file('/other'), unit()])).toEqual(['file:/other > write /other (0644)'])
  })
})
