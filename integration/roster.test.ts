/** A class of two hundred from one file: all come in; whoever leaves it is shut out, keeps everything, and may come back. */
import { writeFile } from 'node:fs/promises'

import { expect } from 'vitest'

import { CHOSEN, tljh } from './support/administrator.ts'
import { Client } from './support/client.ts'
import { starts, state } from './support/installation.ts'
import type { Kernel } from './support/kernel.ts'
import { ledgerRows } from './support/ledger.ts'
import { isIn, knock } from './support/login.ts'
import { type Machine, machineTest } from './support/machine.ts'
import { readSlips, type Slip } from './support/slips.ts'
import { someAtOnce } from './support/some-at-once.ts'

const test = machineTest({ image: 'installed' })
const SLOW = { timeout: 300_000 }

const PEOPLE = 200
const CHOOSE = 40
const START = 12
const FILE = '/root/class.csv'

const names = Array.from({ length: PEOPLE }, (_, at) => `pupil${String(at + 1).padStart(3, '0')}`)
const rowOf = (name: string, at: number): string => `${name},class-${at < PEOPLE / 2 ? 'a' : 'b'},`
const ROSTER = ['name,groups,role', ...names.map(rowOf), ''].join('\n')

/** Puts a file there as an administrator brings it. */
async function bring(machine: Machine, text: string | Uint8Array, path = FILE): Promise<void> {
  await writeFile(machine.path(path), text)
}

/** People who are at work, by name. */
const atWork = new Map<string, { readonly person: Client; readonly kernel: Kernel }>()
const insider = (name: string): Client => {
  const person = atWork.get(name)?.person
  if (person === undefined) throw new Error(`${name} is not at work`)
  return person
}
let slips: readonly Slip[] = []

test('one command adds two hundred and writes a slip for each', SLOW, async ({ machine }) => {
  await bring(machine, ROSTER)
  const plan = await tljh(machine, 'roster', 'plan', FILE)
  expect(plan).toMatchObject({ code: 0, stdout: expect.stringMatching(/^200 to change/m) })
  expect(plan.stdout).toMatch(/^\+ pupil001 +jupyter-pupil001 +class-a$/m)
  expect(ledgerRows(machine, 'SELECT hub_name FROM people')).toEqual([{ hub_name: 'boss' }])

  const applied = await tljh(machine, 'roster', 'apply', FILE, '--slips', '/root/slips.html')
  expect(applied).toMatchObject({ code: 0, stdout: expect.stringContaining('200 of 200 changed') })
  expect(await machine.ok(['stat', '-c', '%a %U', '/root/slips.html'])).toBe('600 root\n')
  slips = readSlips(machine, '/root/slips.html')
  expect(slips.map(({ name }) => name)).toEqual(names)
  expect(new Set(slips.map(({ password }) => password)).size).toBe(PEOPLE)
  for (const text of [applied.stdout, applied.stderr, await machine.sh('cat /var/log/tljh/install.log')])
    expect(slips.filter(({ password }) => text.includes(password))).toEqual([])
  expect(await machine.ok(['id', '-nG', 'jupyter-pupil200'])).toBe(
    'jupyter-pupil200 jupyterhub-users class-b\n',
  )
})

test('all of them come in, a few at a time, and some work', { timeout: 500_000 }, async ({ machine }) => {
  const outcomes = await someAtOnce(slips, 8, async ({ name, password }, at) => {
    const person = new Client(machine.url)
    const outcome = await person.login(name, password)
    if (at < CHOOSE) await person.choosePassword(CHOSEN)
    return { person, outcome }
  })
  expect(outcomes.filter(({ outcome }) => outcome !== 'choose')).toEqual([])
  const workers = outcomes.slice(0, START).map(({ person }) => person)
  const answers = await someAtOnce(workers, 4, async (person) => {
    await person.spawn()
    const kernel = await person.kernel()
    atWork.set(person.name, { person, kernel })
    return kernel.run('6 * 7')
  })
  expect(answers).toEqual(workers.map(() => '42'))
})

test('the same roster again changes nothing', SLOW, async ({ machine }) => {
  const before = await state(machine)
  const again = await tljh(machine, 'roster', 'apply', FILE, '--slips', '/root/more.html')
  expect(again).toEqual({
    code: 0,
    stdout: 'Nothing to change.\n',
    stderr: '',
  })
  expect(await tljh(machine, 'roster', 'plan', FILE)).toMatchObject({
    code: 0,
    stdout: 'Nothing to change.\n',
  })
  expect(await state(machine)).toBe(before)
  expect((await machine.run(['test', '-e', '/root/more.html'])).code).toBe(1)
})

/** How an account stands: line of passwd, expiry, home with what is in it, groups. */
async function accountOf(machine: Machine, name: string): Promise<Record<string, string>> {
  const unix = `jupyter-${name}`
  const text = await machine.sh(
    `getent passwd ${unix} | cut -d: -f3,4,6; getent passwd ${unix} | cut -d: -f7; getent shadow ${unix} | cut -d: -f8
    stat -c '%U %a' /home/${unix}; cat /home/${unix}/mine 2>/dev/null || echo none; id -nG ${unix}`,
  )
  const [ids = '', shell = '', expiry = '', home = '', mine = '', groups = ''] = text.split('\n')
  return { ids, shell, expiry, home, mine, groups }
}

/** What `starts` says, without the units that a text is in. */
const without = (units: string, text: string): string =>
  units
    // The last block ends in a line break of its own.
    .trimEnd()
    .split('\n\n')
    .filter((block) => !block.includes(text))
    .join('\n\n')

/** Without the second and the last, with a third in another group. */
const CHANGED = ROSTER.replace(rowOf('pupil002', 1), '')
  .replace(rowOf('pupil200', 199), '')
  .replace(rowOf('pupil003', 2), 'pupil003,class-b,')

test(
  'two who leave are locked at once and keep everything; nobody else notices',
  SLOW,
  async ({ machine }) => {
    await atWork.get('pupil002')?.kernel.run('open("mine", "w").write("kept\\n")')
    const before = await accountOf(machine, 'pupil002')
    expect(before).toMatchObject({ shell: '/bin/bash', expiry: '', mine: 'kept' })
    const units = await starts(machine)
    await bring(machine, CHANGED)
    const plan = await tljh(machine, 'roster', 'plan', FILE)
    expect(plan.stdout).toMatch(/^- pupil002 +jupyter-pupil002 +leaves, will be locked$/m)
    expect(plan.stdout).toMatch(/^~ pupil003 +jupyter-pupil003 +class-b$/m)
    expect(plan.stdout).toMatch(/^3 to change/m)
    const applied = await tljh(machine, 'roster', 'apply', FILE)
    expect(applied).toMatchObject({ code: 0, stdout: expect.stringContaining('class: 3 of 198 changed') })

    expect((await machine.run(['systemctl', 'is-active', 'jupyter@pupil002.service'])).stdout).toBe(
      'inactive\n',
    )
    expect((await knock(machine, 'pupil002', CHOSEN)).status).toBe(403)
    const last = slips.at(-1)
    expect((await knock(machine, 'pupil200', last?.password ?? '')).status).toBe(403)
    expect(await accountOf(machine, 'pupil002')).toEqual({
      ...before,
      shell: '/usr/sbin/nologin',
      expiry: '2',
      groups: 'jupyter-pupil002',
    })
    expect(await accountOf(machine, 'pupil200')).toMatchObject({ shell: '/usr/sbin/nologin', expiry: '2' })
    expect((await insider('pupil002').request('/hub/home')).path, 'the session is over').toMatch(
      /^\/hub\/login/,
    )
    expect(await machine.ok(['id', '-nG', 'jupyter-pupil003'])).toBe(
      'jupyter-pupil003 jupyterhub-users class-b\n',
    )

    const others = [...atWork].filter(([name]) => name !== 'pupil002')
    expect(others.length).toBe(START - 1)
    expect(await Promise.all(others.map(async ([, { kernel }]) => kernel.run('6 * 7')))).toEqual(
      others.map(() => '42'),
    )
    expect(without(await starts(machine), '@pupil002.'), 'no unit was restarted').toBe(
      without(units, '@pupil002.'),
    )
  },
)

test('put back they are in again with the same account', SLOW, async ({ machine }) => {
  await bring(machine, ROSTER)
  const plan = await tljh(machine, 'roster', 'plan', FILE)
  expect(plan.stdout).toMatch(/^\+ pupil002 +jupyter-pupil002 +class-a; comes back$/m)
  const applied = await tljh(machine, 'roster', 'apply', FILE, '--slips', '/root/more.html')
  expect(applied.code).toBe(0)
  expect(applied.stdout + applied.stderr).not.toMatch(/claim slip/)
  const pupil = new Client(machine.url)
  expect(await pupil.login('pupil002', CHOSEN)).toBe('in')
  await pupil.spawn()
  const kernel = await pupil.kernel()
  expect(await kernel.run('open("mine").read()')).toBe(String.raw`'kept\n'`)
  kernel.close()
  expect(await accountOf(machine, 'pupil002')).toMatchObject({ shell: '/bin/bash', expiry: '' })
  expect(await new Client(machine.url).login('pupil200', slips.at(-1)?.password ?? '')).toBe('choose')
  await Promise.all([...atWork.values()].map(async ({ person }) => person.request('/hub/logout')))
  const stopped = await machine.run(['tljh', 'user', 'stop', ...names.slice(0, START)], {
    timeoutMs: 120_000,
  })
  expect(stopped).toMatchObject({ code: 0 })
})

test('who leaves one roster and is in another one is not locked', SLOW, async ({ machine }) => {
  await bring(
    machine,
    'name,groups\npupil010,evening\npupil011,\nnew.one@example.org,evening\n',
    '/root/evening.csv',
  )
  expect((await tljh(machine, 'roster', 'apply', '/root/evening.csv')).code).toBe(0)
  const smaller = [10, 11, 12].reduce(
    (text, number) => text.replace(`${rowOf(names[number - 1] ?? '', number - 1)}\n`, ''),
    ROSTER,
  )
  await bring(machine, smaller)
  const plan = await tljh(machine, 'roster', 'plan', FILE)
  expect(plan.stdout).toMatch(/^- pupil010 +jupyter-pupil010 +leaves this roster$/m)
  expect(plan.stdout).toMatch(/^- pupil012 +jupyter-pupil012 +leaves, will be locked$/m)
  expect((await tljh(machine, 'roster', 'apply', FILE)).code).toBe(0)
  expect(ledgerRows(machine, `SELECT hub_name FROM people WHERE lock_by <> ''`)).toEqual([
    { hub_name: 'pupil012' },
  ])
  expect(await machine.ok(['id', '-nG', 'jupyter-pupil010'])).toBe(
    'jupyter-pupil010 jupyterhub-users evening\n',
  )
  expect(isIn(await knock(machine, 'pupil010', CHOSEN))).toBe(true)
  const list = JSON.parse((await tljh(machine, 'roster', 'list', '--json')).stdout) as unknown
  expect(list).toEqual([
    { name: 'class', people: 197 },
    { name: 'evening', people: 3 },
  ])
})
