import { describe, expect, test } from 'vitest'

import { showStep } from '../../src/host/step.ts'
import { stepsFor } from '../../src/resources/resource.ts'
import { reloadMark, unit } from '../../src/resources/unit.ts'
import type { Unit } from '../../src/resources/unit.ts'
import type { FakeHost } from '../support/fake-host.ts'
import { at, CAPTURED, hostWith, WANT } from './unit-samples.ts'

const show = async (host: FakeHost, want: Unit): Promise<string[]> =>
  (await stepsFor(host, want)).map(showStep)

describe('unit and the files it reads', () => {
  const before = at('20:45:00')
  const after = at('20:46:00')

  test.each([
    ['no file', {}, []],
    ['an older file', { '/opt/tljh/hub-config/hub.json': { mtimeMs: before } }, []],
    [
      'a newer file',
      { '/opt/tljh/hub-config/hub.json': { mtimeMs: after } },
      ['systemctl restart -- jupyterhub.service'],
    ],
    [
      'a newer file in a folder it reads',
      { '/conf.d/10-own.py': { mtimeMs: after } },
      ['systemctl restart -- jupyterhub.service'],
    ],
    [
      'a file gone from a folder it reads',
      { '/conf.d': { type: 'directory', mtimeMs: after } },
      ['systemctl restart -- jupyterhub.service'],
    ],
  ] as const)('restart follows from %s', async (_, files, steps) => {
    const host = hostWith(CAPTURED.running)
    for (const [path, entry] of Object.entries(files)) host.put(path, entry)
    expect(await show(host, { ...WANT, readsIn: ['/conf.d'] })).toEqual(steps)
  })

  test('a reload leaves its time, so that it happens once', async () => {
    const host = hostWith(CAPTURED.running)
    const want: Unit = { ...WANT, reads: [], reloads: ['/nginx.conf'], reloadsIn: ['/nginx.d'] }
    host.put('/nginx.conf', { mtimeMs: after })
    const steps = await stepsFor(host, want)
    expect(steps.map(showStep)).toEqual([
      'systemctl reload -- jupyterhub.service',
      `write ${reloadMark('jupyterhub.service')} (0644)`,
    ])
    host.now = after + 1000
    for (const step of steps) await host.perform(step)
    expect(await show(host, want)).toEqual([])
    host.put('/nginx.d/own.conf', { mtimeMs: after + 9000 })
    expect(await show(host, want)).toHaveLength(2)
  })

  test.each([
    ['gone', {}, ['systemctl restart -- jupyterhub.service']],
    ['there', { '/run/tljh-hub/hub.sock': { type: 'other' } }, []],
  ] as const)('restart follows from a socket that is %s', async (_, files, steps) => {
    const host = hostWith(CAPTURED.running)
    for (const [path, entry] of Object.entries(files)) host.put(path, { ...entry, mtimeMs: after })
    expect(await show(host, { ...WANT, makes: ['/run/tljh-hub/hub.sock'] })).toEqual(steps)
  })

  test.each(['LoadState=not-found', 'LoadState=error', 'NeedDaemonReload=yes'])(
    '%s: systemd reads the files again',
    async (line) => {
      const host = hostWith(`${CAPTURED.running.replace('NeedDaemonReload=no\n', '')}${line}\n`)
      expect(await show(host, WANT)).toEqual(['systemctl daemon-reload'])
    },
  )

  test('the reason of a failed start is looked up in the journal', async () => {
    const [step] = await stepsFor(hostWith(CAPTURED.unknown.replace('State=\n', 'State=enabled\n')), WANT)
    expect(step).toMatchObject({
      argv: ['systemctl', 'start', '--', 'jupyterhub.service'],
      reason: expect.arrayContaining(['journalctl', '--since=@{began}', '--unit=jupyterhub.service']),
    })
  })

  test('asks systemd for microseconds in UTC, whatever the time zone of the machine', async () => {
    const asked: string[] = []
    const host = hostWith(CAPTURED.running)
    const { query } = host
    host.query = async (argv) => {
      asked.push(argv.join(' '))
      return query(argv)
    }
    await unit.observe(host, WANT)
    expect(asked).toContainEqual(
      expect.stringMatching(/^systemctl show --timestamp=us\+utc .*-- jupyterhub\.service$/),
    )
  })

  test('a link of its [Install] section that is gone from the disk is made again', async () => {
    const host = hostWith(CAPTURED.running)
    host.answers.push(['systemctl is-enabled', { code: 1 }])
    expect(await show(host, WANT)).toEqual(['systemctl enable --quiet -- jupyterhub.service'])
  })
})
