import { describe, expect, test } from 'vitest'

import { listedUnits } from '../../src/host/systemctl.ts'
import { servers, type Servers, unitsOf } from '../../src/resources/servers.ts'
import { FakeHost } from '../support/fake-host.ts'
import { testPlan } from '../support/plan-rows.ts'

/** What systemd 252 says of servers that run. */
const LISTED = `jupyter@ada.service       loaded active running Jupyter server of jupyter-ada
jupyter-admin@bob.service loaded active running Jupyter server of jupyter-bob
jupyter@ada.socket        loaded active running Socket of jupyter-ada
`
const WANT: Servers = {
  kind: 'servers',
  name: 'people',
  allowed: [
    { template: 'jupyter', slugs: new Set(['ada', 'bob']) },
    { template: 'jupyter-admin', slugs: new Set(['ada']) },
  ],
}
const ALL = ['jupyter@ada.service', 'jupyter@ada.socket', 'jupyter@bob.service', 'jupyter-admin@ada.service']

describe('servers', () => {
  test.each([
    ['jupyter', ['jupyter@ada.service', 'jupyter@ada.socket']],
    ['jupyter-admin', ['jupyter-admin@bob.service']],
    ['jupyter-ad', []],
  ])('reads the units of %s', (template, units) => {
    expect(unitsOf(template, listedUnits(LISTED))).toEqual(units)
  })

  test('observes what runs or is about to, of both templates', async () => {
    const host = new FakeHost()
    const asked: string[] = []
    host.query = async (argv) => {
      asked.push(argv.join(' '))
      return { code: 0, stdout: LISTED, stderr: '' }
    }
    expect(await servers.observe(host, WANT)).toEqual([
      'jupyter@ada.service',
      'jupyter-admin@bob.service',
      'jupyter@ada.socket',
    ])
    expect(asked).toEqual([
      'systemctl list-units --plain --no-legend --state=active,activating,reloading -- ' +
        'jupyter@*.service jupyter@*.socket jupyter-admin@*.service jupyter-admin@*.socket',
    ])
  })

  test('observes nothing where nothing runs', async () => {
    expect(await servers.observe(new FakeHost(), WANT)).toEqual([])
  })

  testPlan(servers, WANT, [
    { name: 'settled', have: ALL, steps: [] },
    { name: 'absent', have: [], steps: [] },
    {
      name: 'somebody who may have none: the socket first',
      have: [...ALL, 'jupyter@eve.service', 'jupyter@eve.socket'],
      steps: ['systemctl stop -- jupyter@eve.socket jupyter@eve.service'],
    },
    {
      name: 'somebody with sudo who may have one without',
      have: [...ALL, 'jupyter-admin@bob.service', 'jupyter-admin@bob.socket'],
      steps: ['systemctl stop -- jupyter-admin@bob.socket jupyter-admin@bob.service'],
    },
    {
      name: 'a name that begins like an allowed one, or ends like it',
      have: ['jupyter@ad.service', 'jupyter@adaa.service', 'jupyter@bob-ada.service'],
      steps: ['systemctl stop -- jupyter@ad.service jupyter@adaa.service jupyter@bob-ada.service'],
    },
    {
      name: 'an instance without a name',
      have: ['jupyter@.service'],
      steps: ['systemctl stop -- jupyter@.service'],
    },
    {
      name: 'nobody may have one',
      want: { allowed: [{ template: 'jupyter', slugs: new Set<string>() }] },
      have: ['jupyter@ada.service', 'jupyterhub-helper@1-2-3.service', 'jupyter-admin@ada.service'],
      steps: ['systemctl stop -- jupyter@ada.service'],
    },
  ])

  test('are stopped a few hundred at a time, all sockets before the services', () => {
    const running = Array.from({ length: 250 }, (_, at) => [
      `jupyter@s${at}.service`,
      `jupyter@s${at}.socket`,
    ])
    const steps = servers.plan(WANT, running.flat())
    const stopped = steps.map((step) => (step.do === 'run' ? step.argv.slice(3) : []))
    expect(stopped.map(({ length }) => length)).toEqual([200, 200, 100])
    expect(stopped.flat().toSorted()).toEqual(running.flat().toSorted())
    expect(stopped.flat().findIndex((unit) => unit.endsWith('.service'))).toBe(250)
    for (const step of steps) expect(step).toMatchObject({ timeoutMs: 120_000 })
  })
})
