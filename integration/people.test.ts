/** People at the hub: login, server, notebook, terminal; their names, groups, and what administrators may do. */
import { expect } from 'vitest'

import { addAndEnter, addPeople, CHOSEN, newcomer, reconfigure, tljh } from './support/administrator.ts'
import { Client } from './support/client.ts'
import { machineTest, type Machine } from './support/machine.ts'
import { until } from './support/until.ts'

const test = machineTest({ image: 'installed' })
const SLOW = { timeout: 300_000 }

async function comeIn(person: Client, name: string, oneTime: string): Promise<void> {
  expect(await person.login(name, oneTime)).toBe('choose')
  const page = await person.request('/hub/home')
  expect(page.path, 'a one-time password opens no session').toMatch(/^\/hub\/login/)
  await person.choosePassword(CHOSEN)
  expect(await new Client(person.url).login(name, oneTime), 'it works once').toBe('refused')
}

async function work(person: Client): Promise<void> {
  expect(person.cookies.value(`jupyterhub-user-${person.name}`, person.home)).toBeDefined()
  const kernel = await person.kernel()
  expect(await kernel.run('1 + 1')).toBe('2')
  kernel.close()
  const terminal = await person.terminal()
  expect(await terminal.prints('id -un')).toBe(`jupyter-${person.name}`)
  expect(await terminal.prints('ls -A /tmp')).toBe('')
  const python = await terminal.prints('realpath "$(dirname "$(command -v python)")"')
  expect(python).toMatch(/^\/opt\/tljh\/env\/user\/[^/]+\/bin$/)
  await terminal.prints(`touch /tmp/of-${person.name}`)
  terminal.close()
}

async function logOut(person: Client): Promise<void> {
  await person.request('/hub/logout')
  expect((await person.request('/hub/home')).path).toMatch(/^\/hub\/login/)
  expect((await person.request(`${person.home}lab`)).path).toMatch(/^\/hub\/login/)
  expect((await person.server('GET', 'api/kernels')).status).toBe(403)
}

test('two people at once come in, compute, use a terminal and log out', SLOW, async ({ machine }) => {
  const names = ['ada', 'bob']
  const passwords = await addPeople(machine, names)
  const people = names.map(() => new Client(machine.url))
  await Promise.all(
    people.map(async (person, at) => {
      await comeIn(person, names[at] ?? '', passwords[at] ?? '')
      await person.spawn()
      await work(person)
    }),
  )
  for (const person of people) {
    const terminal = await person.terminal()
    expect(await terminal.prints('ls /tmp')).toBe(`of-${person.name}`)
    terminal.close()
  }
  await Promise.all(people.map(logOut))
  for (const person of people) expect(await person.login(person.name, CHOSEN)).toBe('in')
  await Promise.all(people.map(async (person) => person.stopServer()))
})

// The rule is TLJH's; names that would not be portable are cleaned and get the start of sha256("jupyter-NAME").
const UNIX_NAMES = {
  aelie9sohjeequ9iemeipuimuoshahz4aitugiuteeg4ohioh5yuiha6aei7te5z: 'jupyter-aelie9sohjeequ9iem-4b726',
  abcdefghijklmnopq: 'jupyter-abcdefghijklmnopq',
  abcdefghijklmnopqr: 'jupyter-abcdefghijklmnopqr-e375e',
  'anna.maria.k': 'jupyter-anna-maria-k-2c687',
  'eve@example.org': 'jupyter-eve-example-org-4393f',
  'max+tag': 'jupyter-max-tag-46e4b',
}

test('names that are long, dotted, or have @ and + work to the kernel', SLOW, async ({ machine }) => {
  const people = await addAndEnter(machine, Object.keys(UNIX_NAMES))
  const found = await Promise.all(
    people.map(async (person) => {
      await person.spawn()
      const kernel = await person.kernel()
      const { output } = await kernel.shell('id -un; echo $HOME; stat -c %U:%a $HOME')
      kernel.close()
      return [person.name, output]
    }),
  )
  const expected = Object.entries(UNIX_NAMES).map(([name, unix]) => [
    name,
    `${unix}\n/home/${unix}\n${unix}:700\n`,
  ])
  expect(found).toEqual(expected)
  const terminal = await people[0]?.terminal()
  expect(await terminal?.prints('id -un')).toBe(Object.values(UNIX_NAMES)[0])
  await Promise.all(people.map(async (person) => person.stopServer()))
})

/** Which unit of a person runs. */
async function unitsOf(machine: Machine, name: string): Promise<readonly string[]> {
  const argv = ['systemctl', 'list-units', '--plain', '--no-legend', `jupyter*@${name}.service`]
  return (await machine.ok(argv))
    .split('\n')
    .flatMap((line) => line.split(' ')[0] ?? '')
    .filter(Boolean)
}

const ROOT = 'sudo -n id -u'

test('an administrator is root by sudo in kernel and terminal, nobody else is', SLOW, async ({ machine }) => {
  const plain = await newcomer(machine, 'carl')
  const boss = new Client(machine.url)
  await boss.enter('boss', machine.password, CHOSEN)
  await Promise.all([boss.spawn(), plain.spawn()])
  expect(await unitsOf(machine, 'boss')).toEqual(['jupyter-admin@boss.service'])
  expect(await unitsOf(machine, 'carl')).toEqual(['jupyter@carl.service'])

  expect(await (await boss.kernel()).shell(ROOT)).toEqual({ code: 0, output: '0\n' })
  expect(await (await boss.terminal()).prints(ROOT)).toBe('0')
  expect((await (await plain.kernel()).shell(ROOT)).code).toBe(1)
  expect(await (await plain.terminal()).prints(`${ROOT} 2>&1 || echo no`)).toMatch(/no$/)
  await Promise.all([boss.stopServer(), plain.stopServer()])
})

/** Waits for an answer of the hub with this status: it follows changes within seconds. */
async function answers(person: Client, path: string, status: number): Promise<void> {
  await until(
    async () => (await person.api('GET', path)).status,
    (now) => now === status,
    10_000,
  )
}

test(
  'a demoted administrator loses sudo and the server that has it at reconfigure, the next start is plain',
  SLOW,
  async ({ machine }) => {
    const [dora] = await addAndEnter(machine, ['dora'], '--admin')
    if (dora === undefined) throw new Error('nobody was added')
    await dora.spawn()
    const kernel = await dora.kernel()
    expect(await kernel.shell(ROOT)).toEqual({ code: 0, output: '0\n' })
    expect((await dora.api('GET', 'users')).status).toBe(200)

    await reconfigure(machine, { 'users.admin': ['boss'], 'users.allowed': ['ada', 'dora'] })
    expect(await machine.ok(['id', '-nG', 'jupyter-dora'])).toBe('jupyter-dora jupyterhub-users\n')
    expect(await unitsOf(machine, 'dora'), 'nothing with sudo goes on').toEqual([])
    expect((await machine.run(['pgrep', '-u', 'jupyter-dora'])).stdout).toBe('')
    expect(kernel.isOpen).toBe(false)
    // Her rights in the hub are gone too.
    await answers(dora, 'users', 403)

    await dora.request('/hub/home')
    await dora.spawn()
    expect(await unitsOf(machine, 'dora')).toEqual(['jupyter@dora.service'])
    expect((await (await dora.kernel()).shell(ROOT)).code).toBe(1)
    await dora.stopServer()
  },
)

test(
  'whoever is no longer named is out at once, and everything waits for them',
  SLOW,
  async ({ machine }) => {
    const users = 'users.allowed'
    await reconfigure(machine, { [users]: ['ada', 'bob'] })
    const eva = await newcomer(machine, 'eva')
    await eva.spawn()
    const kernel = await eva.kernel()
    expect((await kernel.shell('echo kept >~/kept')).code).toBe(0)
    const account = async (): Promise<string> => machine.sh('getent passwd jupyter-eva; id -nG jupyter-eva')
    const before = await account()

    await reconfigure(machine, { [users]: ['ada', 'bob'] })
    expect(await unitsOf(machine, 'eva')).toEqual([])
    expect(kernel.isOpen).toBe(false)
    expect(await account()).toBe(
      `${before.split('\n')[0]?.replace('/bin/bash', '/usr/sbin/nologin')}\njupyter-eva\n`,
    )
    expect(await machine.sh('getent shadow jupyter-eva | cut -d: -f8')).toBe('2\n')
    expect(await new Client(machine.url).login('eva', CHOSEN)).toBe('refused')
    await until(
      async () => (await eva.request('/hub/home')).path,
      (path) => path.startsWith('/hub/login'),
      10_000,
    )

    await reconfigure(machine, { [users]: ['ada', 'bob', 'eva'] })
    expect(await account()).toBe(before)
    const again = new Client(machine.url)
    expect(await again.login('eva', CHOSEN)).toBe('in')
    await again.spawn()
    expect((await (await again.kernel()).shell('cat ~/kept')).output).toBe('kept\n')
    await again.stopServer()
  },
)

test('tljh user adds, lists and gives passwords', SLOW, async ({ machine }) => {
  const [first] = await addPeople(machine, ['emil'])
  const again = await tljh(machine, 'user', 'add', 'emil')
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('emil has a password already') })

  const given = await machine.ok(['tljh', '--json', 'user', 'password', 'emil'])
  const [second] = (JSON.parse(given) as { people: readonly { password: string }[] }).people
  expect(await new Client(machine.url).login('emil', first ?? '')).toBe('refused')
  expect(await new Client(machine.url).login('emil', second?.password ?? '')).toBe('choose')

  await machine.sh('echo "a horse that counts" >/root/emil; echo short >/root/weak')
  expect(await tljh(machine, 'user', 'password', 'emil', '--password-file', '/root/weak')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('at least 10 characters'),
  })
  await machine.ok(['tljh', 'user', 'password', 'emil', '--password-file', '/root/emil'])
  expect(await new Client(machine.url).login('emil', second?.password ?? '')).toBe('refused')
  expect(await new Client(machine.url).login('emil', 'a horse that counts')).toBe('in')

  expect(await tljh(machine, 'user', 'password', 'nobody-here')).toMatchObject({ code: 64 })
  const list = JSON.parse(await machine.ok(['tljh', '--json', 'user', 'list'])) as unknown
  expect(list).toEqual(
    expect.arrayContaining([
      { name: 'boss', unix: 'jupyter-boss', role: 'owner', groups: [], teaches: [], locked: null },
      { name: 'emil', unix: 'jupyter-emil', role: 'user', groups: [], teaches: [], locked: null },
    ]),
  )
})

test('extra groups hold after a start and end with the config', SLOW, async ({ machine }) => {
  const fay = await newcomer(machine, 'fay')
  const extra = 'users.extra_user_groups'
  await reconfigure(machine, { [extra]: { lab: ['fay'], gpu: ['fay'] } })
  await fay.spawn()
  const kernel = await fay.kernel()
  expect((await kernel.shell('id -nG')).output.trim().split(' ')).toEqual(
    expect.arrayContaining(['jupyterhub-users', 'lab', 'gpu']),
  )
  await fay.stopServer()
  // One group loses the person, the other is not mentioned any more.
  await reconfigure(machine, { [extra]: { lab: [] } })
  expect(await machine.ok(['id', '-nG', 'jupyter-fay'])).toBe('jupyter-fay jupyterhub-users\n')
  expect((await tljh(machine, 'plan', '--check')).code).toBe(0)
  await reconfigure(machine, { [extra]: undefined })
})
