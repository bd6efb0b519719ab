import { beforeEach, describe, expect, test, vi } from 'vitest'

import { configCheck, configKeys, configRows, configShow } from '../../src/cli/commands/config.ts'
import { logsCommand } from '../../src/cli/commands/logs.ts'
import { statusCommand } from '../../src/cli/commands/status.ts'
import { PATHS } from '../../src/cli/context.ts'
import { nameRule, readConfig } from '../../src/cli/machine.ts'
import { ConfigError, HostError, UsageError } from '../../src/errors.ts'
import { contextOn } from '../support/context.ts'
import { FakeHost } from '../support/fake-host.ts'
import { freshLedger, RANGE } from '../support/ledger-file.ts'

vi.mock(import('../../src/cli/context.ts'), async (original) =>
  (await import('../support/ledger-file.ts')).movedPaths(original),
)

// Commands look at who runs them before anything else.
beforeEach(() => void vi.spyOn(process, 'getuid').mockReturnValueOnce(0))

const CONFIG = 'users: {admin: [ada], allowed: [bob]}\nauth: {type: a.B, B: {secret: hunter2}}\n'

function context(json = false, files: Readonly<Record<string, string>> = { [PATHS.config]: CONFIG }) {
  return contextOn(new FakeHost(files), { json })
}

describe('readConfig', () => {
  test('without a file says how to get one', async () => {
    await expect(readConfig(new FakeHost())).rejects.toThrow(
      new HostError('there is no /opt/tljh/config/config.yaml; `tljh install --admin NAME` writes one'),
    )
  })
})

test.each([
  ['ada', undefined],
  ['Ada', 'write it as ada: this is how it is used everywhere'],
  ['', "the name '' is empty"],
])('nameRule of %j', (name, reason) => {
  expect(nameRule(name)).toBe(reason)
})

describe('config show', () => {
  test.each([true, false])('shows defaults and hides what may be secret, JSON %s', async (json) => {
    const it = context(json)
    await configShow(it)
    expect(it.out.text).toContain('concurrency')
    expect(it.out.text).toContain('(hidden)')
    expect(it.out.text).not.toContain('hunter2')
  })
})

describe('config check', () => {
  test('of a right one', async () => {
    const it = context()
    await configCheck(it)
    expect(it.out.text).toBe('/opt/tljh/config/config.yaml: no mistakes\n')
  })

  test('of a wrong one tells file, line and column', async () => {
    const it = context(false, { '/tmp/mine.yaml': 'users:\n  admin: [Ada]\n' })
    await expect(configCheck(it, '/tmp/mine.yaml')).rejects.toThrow(
      new ConfigError([
        {
          file: '/tmp/mine.yaml',
          line: 2,
          column: 11,
          key: 'users.admin.0',
          message: 'write it as ada: this is how it is used everywhere',
        },
      ]),
    )
  })

  test('of a file that is not there', async () => {
    await expect(configCheck(context(), '/tmp/none.yaml')).rejects.toThrow(UsageError)
  })
})

describe('config keys', () => {
  test('have a meaning each', () => {
    const rows = configRows()
    expect(rows.map(({ key }) => key)).toContain('limits.memory')
    expect(rows.filter(({ description }) => !/^[A-Z].*\.$/s.test(description))).toEqual([])
  })

  test('are shown as text and as JSON', () => {
    const [text, json] = [context(), context(true)]
    configKeys(text)
    configKeys(json)
    expect(text.out.text).toContain('http.port (80)\n    Port to listen on.\n')
    expect(JSON.parse(json.out.text)).toEqual(configRows())
  })
})

describe('logs', () => {
  test.each(['0', '-1', '1.5', 'many', ''])('--lines %j is refused', async (lines) => {
    await expect(logsCommand(context(), 'hub', { lines })).rejects.toThrow(UsageError)
  })

  test('of something unknown names the parts', async () => {
    await expect(logsCommand(context(), 'nginx', { lines: '5' })).rejects.toThrow(
      'there is neither a part nor a person called nginx; parts: hub, proxy, culler, helper',
    )
  })
})

const ACTIVE: Readonly<Record<string, string>> = { failed: 'failed', dead: 'inactive' }

/** What systemd 252 says of a unit. */
const block = (id: string, sub: string, unitFile = 'enabled'): string => `Id=${id}
ActiveState=${ACTIVE[sub] ?? 'active'}
SubState=${sub}
UnitFileState=${unitFile}
InactiveExitTimestamp=${sub === 'dead' ? '' : 'Sun 2026-11-22 20:52:21.363375 UTC'}
`

/** A server whose hub is in this state, without a culler. */
function server(hub: string, json: boolean) {
  const it = context(json)
  freshLedger(it.host, (ledger) => {
    const people = ['ada', 'bob', 'banned']
    for (const name of people) ledger.ensure(name, RANGE)
    const may = { role: 'user', groups: [], teaches: [] } as const
    ledger.access.replace(new Map(people.slice(0, 2).map((name) => [name, may])))
  })
  const shown = [
    block('jupyterhub.service', hub),
    block('jupyterhub-proxy.service', 'running'),
    block('jupyterhub-helper.socket', 'listening'),
    block('jupyterhub-culler.service', 'dead', 'disabled'),
  ]
  const servers = 'jupyter@bob.service loaded active running Jupyter server of jupyter-bob\n'
  it.host.answers.push(['systemctl show', { stdout: shown.join('\n') }])
  it.host.answers.push(['systemctl list-units', { stdout: servers }])
  return it
}

describe('status', () => {
  test('tells what runs, since when, and who may log in', async () => {
    const it = server('running', false)
    expect(await statusCommand(it)).toBe(0)
    const [first, ...lines] = it.out.text.split('\n')
    expect(first).toMatch(/^littlest-hub \d+\.\d+\.\d+ \(source\), http:\/\/127\.0\.0\.1\/$/)
    expect(lines).toEqual([
      'jupyterhub.service          active (running) since 2026-11-22T20:52:21.363Z',
      'jupyterhub-proxy.service    active (running) since 2026-11-22T20:52:21.363Z',
      'jupyterhub-helper.socket    active (listening) since 2026-11-22T20:52:21.363Z',
      'jupyterhub-culler.service   switched off',
      '2 people may log in, 1 server runs',
      '',
    ])
  })

  test('is 1 when a part does not run, and says so as JSON', async () => {
    const it = server('failed', true)
    expect(await statusCommand(it)).toBe(1)
    expect(JSON.parse(it.out.text)).toMatchObject({
      people: 2,
      servers: 1,
      parts: [
        { unit: 'jupyterhub.service', state: 'failed (failed)', running: false, since: null },
        {},
        {},
        {},
      ],
    })
  })
})
