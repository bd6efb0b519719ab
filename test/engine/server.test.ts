import { describe, expect, test } from 'vitest'

import { apply } from '../../src/engine/apply.ts'
import { plan } from '../../src/engine/plan.ts'
import { RECEIPTS, receipts } from '../../src/engine/receipts.ts'
import { showStep } from '../../src/host/step.ts'
import { hub } from '../../src/hub/hub.ts'
import type { KnownPerson } from '../../src/hub/inputs.ts'
import { FakeMachine } from '../support/fake-machine.ts'
import { config, inputs, knownBy, TOKENS } from '../support/server.ts'

/** Everybody whom the config names, each just come into the ledger. */
const people = (text: string): KnownPerson[] =>
  knownBy(config(text), ['ada', 'bob'])
    .filter(({ access }) => access !== undefined)
    .map(({ person, access }) => ({ person: { ...person, state: 'new' }, access }))
const SECRET = 'client-secret-of-github'
const server = (text: string) => hub(config(text), inputs(people(text)))

/** Settles a machine. @returns the ids of what was changed. */
async function settle(machine: FakeMachine, text: string): Promise<string[]> {
  machine.now += 60_000
  const progress = { start: () => undefined, step: () => undefined, done: () => undefined }
  const record = receipts(machine, 'run')
  const planned = await plan(machine, server(text))
  const changes = await apply(machine, server(text), { progress, record, log: '/log', planned })
  return changes.map(({ id }) => id)
}

async function installed(text: string): Promise<FakeMachine> {
  const machine = new FakeMachine()
  await settle(machine, text)
  machine.commands.length = 0
  machine.performed.length = 0
  return machine
}

const SMALLEST = 'users:\n  admin: [ada]\n'

describe('a whole server', () => {
  test('is settled by one run on an empty machine, and the next one finds nothing to do', async () => {
    const machine = new FakeMachine()
    const changed = await settle(machine, SMALLEST)
    expect(changed[0]).toBe('directory:/opt/tljh')
    expect(changed).toContain('unit:jupyterhub.service')
    expect(await plan(machine, server(SMALLEST))).toEqual([])
    expect(await settle(machine, SMALLEST)).toEqual([])
  })

  test('leaves its secrets in their files alone', async () => {
    const machine = await installed(`${SMALLEST}auth:\n  type: x.Y\n  Y:\n    client_secret: ${SECRET}\n`)
    const holding = [...machine.entries].filter(([, { text }]) =>
      [SECRET, TOKENS.culler, TOKENS.cli].some((secret) => text.includes(secret)),
    )
    expect(holding.map(([path, { mode }]) => [path, mode])).toEqual([
      ['/opt/tljh/state/culler.token', 0o600],
      ['/opt/tljh/state/cli.token', 0o600],
      ['/opt/tljh/hub-config/hub.json', 0o640],
    ])
    expect(machine.entries.get(RECEIPTS)?.text).toContain('/opt/tljh/hub-config/hub.json')
  })

  test.each<[string, string, readonly string[]]>([
    [
      'another port',
      `${SMALLEST}http:\n  port: 8080\n`,
      ['file:/opt/tljh/proxy/nginx.conf', 'unit:jupyterhub-proxy.service'],
    ],
    [
      'another pace of the culler',
      `${SMALLEST}services:\n  cull:\n    every: 120\n`,
      ['file:/etc/systemd/system/jupyterhub-culler.service', 'unit:jupyterhub-culler.service'],
    ],
    [
      'no culler',
      `${SMALLEST}services:\n  cull:\n    enabled: false\n`,
      [
        // Servers need not tell so often any more that they are in use.
        'file:/opt/tljh/hub-config/hub.json',
        'unit:jupyterhub.service',
        'unit:jupyterhub-culler.service',
      ],
    ],
    [
      'one more person',
      'users:\n  admin: [ada]\n  allowed: [bob]\n',
      ['accounts:people', 'group:jupyterhub-users', 'file:/opt/tljh/hub-config/people.json'],
    ],
    [
      'one more operator',
      'users:\n  admin: [ada]\n  operators: [bob]\n  allowed: [bob]\n',
      [
        'accounts:people',
        'group:jupyterhub-users',
        'group:jupyterhub-operators',
        'file:/opt/tljh/hub-config/people.json',
      ],
    ],
  ])('%s changes what depends on it, and no more', async (_, text, ids) => {
    const machine = await installed(SMALLEST)
    expect(await settle(machine, text)).toEqual(ids)
    expect(await plan(machine, server(text))).toEqual([])
  })

  test.each([
    ['another address', `${SMALLEST}base_url: /jupyter/\n`],
    [
      'people and groups',
      'users: {admin: [ada], instructors: {lab: [bob]}, extra_user_groups: {lab: [ada]}}\n',
    ],
  ])('a plan shows what apply then does: %s', async (_, text) => {
    const machine = await installed(SMALLEST)
    const planned = (await plan(machine, server(text))).map(({ id }) => id)
    expect(planned).toEqual(await settle(machine, text))
  })

  test('what somebody broke is healed', async () => {
    const machine = await installed(SMALLEST)
    machine.put('/etc/sudoers.d/tljh-admins', { text: 'ALL ALL=(ALL) NOPASSWD: ALL', mode: 0o666 })
    machine.put('/opt/tljh/state', { type: 'directory', mode: 0o777 })
    machine.units.set('jupyterhub-proxy.service', { active: 'inactive', startedMs: 0, enabled: true })
    machine.entries.delete('/run/tljh/helper.sock')
    expect(await settle(machine, SMALLEST)).toEqual([
      'directory:/opt/tljh/state',
      'file:/etc/sudoers.d/tljh-admins',
      'unit:jupyterhub-helper.socket',
      'unit:jupyterhub-proxy.service',
    ])
    expect(machine.commands).toEqual([
      'systemctl restart -- jupyterhub-helper.socket',
      'systemctl start -- jupyterhub-proxy.service',
    ])
  })

  test('the tokens are drawn once', async () => {
    const machine = await installed(SMALLEST)
    const freshTokens = { culler: 'another', cli: 'a third' }
    const again = hub(config(SMALLEST), { ...inputs(people(SMALLEST)), freshTokens })
    expect((await plan(machine, again)).flatMap(({ steps }) => steps.map(showStep))).toEqual([])
  })
})
