/** Drift: what somebody changed by hand is shown exactly, and healed exactly, while people go on working. */
import { describe, expect } from 'vitest'

import { addPeople, CHOSEN, newcomer, tljh } from './support/administrator.ts'
import { Client } from './support/client.ts'
import { DRIFTS } from './support/drifts.ts'
import { type Machine, machineTest } from './support/machine.ts'

const test = machineTest({ image: 'installed' })

interface Plan {
  readonly changes: readonly { readonly id: string }[]
}

const idsOf = (text: string): readonly string[] => (JSON.parse(text) as Plan).changes.map(({ id }) => id)

/** Settles the machine after a drift that must show these ids. */
async function healed(machine: Machine, ids: readonly string[]): Promise<void> {
  const plan = await tljh(machine, 'plan', '--json', '--check')
  expect({ ids: idsOf(plan.stdout), code: plan.code, stderr: plan.stderr }).toEqual({
    ids,
    code: 2,
    stderr: '',
  })
  const done = await tljh(machine, 'reconfigure', '--json')
  expect({ code: done.code, ids: done.code === 0 ? idsOf(done.stdout) : done.stderr }).toEqual({
    code: 0,
    ids,
  })
  const left = await tljh(machine, 'plan', '--check')
  expect({ code: left.code, stdout: left.stdout }).toEqual({ code: 0, stdout: 'Nothing to change.\n' })
}

/** Processes of people: server, kernel and terminal of each. */
async function processes(machine: Machine): Promise<string> {
  return machine.sh('ps -o user:40=,pid=,args= -u jupyter-boss,jupyter-wanda')
}

const people: { boss?: Client; wanda?: Client } = {}
let working = ''

test('two people work, one does not, and one is locked', async ({ machine }) => {
  await addPeople(machine, ['xena', 'yuri'])
  await machine.ok(['tljh', 'user', 'lock', 'yuri', '--reason', 'for a test'])
  people.boss = new Client(machine.url)
  await people.boss.enter('boss', machine.password, CHOSEN)
  people.wanda = await newcomer(machine, 'wanda')
  for (const client of [people.boss, people.wanda]) {
    await client.spawn()
    expect(await (await client.kernel()).run('1 + 1')).toBe('2')
  }
  working = await processes(machine)
  expect(working).toMatch(/jupyter-boss .*serve\.py[^]+jupyter-boss .*kernel-/)
  expect(working).toMatch(/jupyter-wanda .*serve\.py[^]+jupyter-wanda .*kernel-/)
})

test.for(DRIFTS)('$name is shown and healed', async ({ broken, ids }, { machine }) => {
  await machine.sh(broken)
  await healed(machine, ids)
})

test(
  'an environment that is not complete is built again beside it',
  { timeout: 300_000 },
  async ({ machine }) => {
    const folder = (await machine.ok(['readlink', '/opt/tljh/user'])).trim()
    await machine.sh(`rm ${folder}/.complete ${folder}/bin/ipython`)
    await healed(machine, [`python-env:${folder}`])
    await machine.ok(['test', '-x', `${folder}/bin/ipython`])
  },
)

describe('a mistake in a file of the administrator', () => {
  const HUB_FILE = '/opt/tljh/config/jupyterhub_config.d/mine.py'
  const PROXY_FILE = '/opt/tljh/config/nginx.d/mine.conf'

  test('is named with its line and does not stop the hub', async ({ machine }) => {
    await machine.sh(`printf 'x = 1\\nc.Spawner.frob = (y\\n' >${HUB_FILE}`)
    const { code, stderr } = await tljh(machine, 'reconfigure')
    expect(code).toBe(1)
    expect(stderr).toContain('error: unit:jupyterhub.service: ')
    expect(stderr).toContain(`littlest-hub: ${HUB_FILE}:2: SyntaxError: `)
    expect(stderr).toContain('Running the same command again continues from here.')
    expect(await machine.ok(['systemctl', 'is-active', 'jupyterhub.service'])).toBe('active\n')
    expect((await new Client(machine.url).request('/hub/login')).status).toBe(200)
  })

  test('with a value that does not fit is refused too, and the right one is taken', async ({ machine }) => {
    await machine.sh(`echo 'c.JupyterHub.active_user_window = "long"' >${HUB_FILE}`)
    const { code, stderr } = await tljh(machine, 'reconfigure')
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("'active_user_window'"),
    })
    await machine.sh(`echo 'c.JupyterHub.active_user_window = 60' >${HUB_FILE}`)
    await healed(machine, ['unit:jupyterhub.service'])
  })

  test('of the proxy is named with its line and does not stop it', async ({ machine }) => {
    await machine.sh(`echo 'frob on;' >${PROXY_FILE}`)
    const { code, stderr } = await tljh(machine, 'reconfigure')
    expect(code).toBe(1)
    expect(stderr).toContain(`unknown directive "frob" in ${PROXY_FILE}:1`)
    expect((await new Client(machine.url).request('/hub/login')).status).toBe(200)
    await machine.sh(`echo 'location = /mine { return 418; }' >${PROXY_FILE}`)
    await healed(machine, ['unit:jupyterhub-proxy.service'])
    expect((await new Client(machine.url).request('/mine')).status).toBe(418)
  })

  test('does not make a hub that starts with it try for ever', async ({ machine }) => {
    await machine.sh(`echo 'import frob' >${HUB_FILE}; systemctl restart jupyterhub.service || true`)
    const show = [
      'systemctl',
      'show',
      '--property=ActiveState,NRestarts,ExecMainStatus',
      'jupyterhub.service',
    ]
    expect((await machine.ok(show)).split('\n')).toEqual(
      expect.arrayContaining(['ActiveState=failed', 'NRestarts=0', 'ExecMainStatus=78']),
    )
    const { code, stderr } = await tljh(machine, 'reconfigure')
    expect(code).toBe(1)
    expect(stderr).toContain(`${HUB_FILE}:1: ModuleNotFoundError: No module named 'frob'`)
    await machine.sh(`rm ${HUB_FILE}`)
    await healed(machine, ['unit:jupyterhub.service'])
  })
})

test('nobody who worked through all of this lost a process, and both still log in and compute', async ({
  machine,
}) => {
  expect(await processes(machine)).toBe(working)
  for (const name of ['boss', 'wanda']) {
    const client = new Client(machine.url)
    expect(await client.login(name, CHOSEN)).toBe('in')
    await client.spawn()
    expect(await (await client.kernel()).run('6 * 7')).toBe('42')
  }
})
