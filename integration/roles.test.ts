/** Operators and instructors: what they may they can do, from their own servers and over the hub; nothing else works. */
import { setTimeout as sleep } from 'node:timers/promises'

import { expect } from 'vitest'

import { tljh } from './support/administrator.ts'
import { beyond, notRefused, startAndStop } from './support/attack/over-hub.ts'
import { roleAttacks } from './support/attack/roles.ts'
import { tryRoles } from './support/attack/try-roles.ts'
import { careTest } from './support/care-scene.ts'
import { careOverHub, isActive, lookAfter, must } from './support/care.ts'
import { Client } from './support/client.ts'
import { lockHeld } from './support/held.ts'
import { state } from './support/installation.ts'
import { changeLedger, ledgerRows, wholeLedger } from './support/ledger.ts'
import type { Machine } from './support/machine.ts'
import { slipsIn } from './support/slips.ts'
import { runBy, type Sudo, typedInto } from './support/sudo.ts'
import { until } from './support/until.ts'

const test = careTest({ image: 'installed' })
const SLOW = { timeout: 300_000 }

const ROSTER = 'name,groups\nnina,class-1\n'

/** What an operator may and an instructor may not. */
async function lookAround(machine: Machine, sudo: Sudo): Promise<void> {
  expect(await must(sudo, 'status')).toContain('jupyterhub.service')
  expect(await must(sudo, 'group list')).toMatch(/course-a +1 member, taught by ivan/)
  expect(await must(sudo, 'group members course-b')).toContain('bob')

  expect(await must(sudo, 'roster plan - --name class', ROSTER)).toMatch(/\+ nina +jupyter-nina +class-1/)
  const slips = await must(sudo, 'roster apply - --name class --slips -', ROSTER)
  const [slip] = slipsIn(slips)
  expect(await new Client(machine.url).login('nina', slip?.password ?? '')).toBe('choose')
  expect(await must(sudo, 'roster list')).toMatch(/class +1 people/)
  expect(await machine.ok(['id', '-nG', 'jupyter-nina'])).toContain('class-1')
  await must(sudo, 'roster apply - --name class', 'name,groups\n')
  expect((await tljh(machine, 'user', 'show', 'nina')).stdout).toContain('no longer in')
  // So that the next one adds her again, with a new password.
  changeLedger(machine, `DELETE FROM passwords WHERE hub_name = ?`, 'nina')
}

test('the operator looks after people in a terminal of the own server', SLOW, async ({ scene }) => {
  const { machine, olga } = scene
  expect(await isActive(machine, 'jupyter-admin@olga.service')).toBe(true)
  const terminal = await olga.terminal()
  const sudo = typedInto(terminal)
  await lookAfter(machine, sudo, 'ada')
  await lookAround(machine, sudo)
  terminal.close()
})

test('the operator looks after people as a unix account', SLOW, async ({ scene: { machine } }) => {
  const sudo = runBy(machine, 'jupyter-olga')
  await lookAfter(machine, sudo, 'bob')
  await lookAround(machine, sudo)
})

test('the instructor looks after the members of the own group', SLOW, async ({ scene }) => {
  const { machine, ivan } = scene
  expect(await isActive(machine, 'jupyter-admin@ivan.service')).toBe(true)
  const terminal = await ivan.terminal()
  for (const sudo of [typedInto(terminal), runBy(machine, 'jupyter-ivan')]) {
    await lookAfter(machine, sudo, 'ada')
    const list = await must(sudo, 'user list')
    expect(['ada', 'ivan', 'bob', 'boss', 'olga'].map((name) => list.includes(`jupyter-${name}`))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
    expect(await must(sudo, 'group members course-a')).toMatch(/ada/)
    expect(await must(sudo, 'user show ivan')).toContain('jupyter-ivan')
  }
  terminal.close()
})

/** Whom the hub shows to somebody. */
const shownTo = async (client: Client): Promise<readonly string[]> =>
  (JSON.parse((await client.api('GET', 'users')).text) as { name: string }[]).map(({ name }) => name)

const attacksOf = (role: string): typeof roleAttacks => roleAttacks.filter(({ as }) => as === role)

test('over the hub they start and stop the servers of the same people', SLOW, async ({ scene }) => {
  const { machine, olga, ivan } = scene
  expect((await shownTo(olga)).toSorted()).toEqual(expect.arrayContaining(['ada', 'bob']))
  expect(await shownTo(olga)).not.toEqual(expect.arrayContaining(['boss']))
  expect(await shownTo(ivan)).toContain('ada')
  expect((await shownTo(ivan)).filter((name) => ['bob', 'boss', 'olga'].includes(name))).toEqual([])
  await careOverHub(olga, machine, 'bob')
  await careOverHub(ivan, machine, 'ada')
})

test('over the hub they can do nothing else', SLOW, async ({ scene }) => {
  const { machine, olga, ivan } = scene
  const before = wholeLedger(machine)
  const more = { olga: ['boss', 'ivan'], ivan: ['boss', 'olga', 'bob'] }
  expect(await notRefused(olga, [...beyond('ada'), ...more.olga.flatMap(startAndStop)])).toEqual([])
  expect(await notRefused(ivan, [...beyond('ada'), ...more.ivan.flatMap(startAndStop)])).toEqual([])
  expect(await isActive(machine, 'jupyter-admin@ivan.service'), 'nobody stopped it').toBe(true)
  expect(wholeLedger(machine)).toBe(before)
})

/** Files, units, accounts, ledger, and the homes of others. */
async function everything(machine: Machine): Promise<string> {
  const rest = await machine.sh(
    `sha256sum /etc/shadow /etc/gshadow /etc/sudoers.d/*
    find /root /home -path /home/jupyter-olga -prune -o -path /home/jupyter-ivan -prune -o -printf '%p %y %m %u:%g %s %T@ %l\\n' | sort`,
  )
  return [await state(machine), rest, wholeLedger(machine)].join('\n')
}

test('none of the attacks works, and nothing has changed after', SLOW, async ({ scene }) => {
  const { machine, olga, ivan } = scene
  expect(roleAttacks.length).toBeGreaterThan(100)
  const before = await everything(machine)
  const [mine, theirs] = await Promise.all([olga.kernel(), ivan.kernel()])
  const tried = (
    await Promise.all([tryRoles(mine, attacksOf('operator')), tryRoles(theirs, attacksOf('instructor'))])
  ).flat()
  expect(tried.length).toBe(roleAttacks.length)
  expect(tried.filter(({ code }) => code === 0)).toEqual([])
  expect(tried.filter(({ stdout }) => stdout !== '')).toEqual([])
  expect(tried.filter(({ code, stderr }) => code === 70 || /mistake in tljh|^ +at /m.test(stderr))).toEqual(
    [],
  )
  expect(await everything(machine)).toBe(before)
  expect(await machine.run(['visudo', '--check', '--strict', '--quiet'])).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  })
  for (const kernel of [mine, theirs]) {
    expect(await kernel.shell('sudo -n tljh user list >/dev/null'), 'the way in was open').toEqual({
      code: 0,
      output: '',
    })
    kernel.close()
  }
})

test('what an owner locked stays locked, what the operator locked does not', SLOW, async ({ scene }) => {
  const { machine } = scene
  const sudo = runBy(machine, 'jupyter-olga')
  expect(await sudo('user unlock lotte')).toEqual({
    code: 77,
    text: expect.stringContaining('whom an owner or the configuration has locked; an owner of this hub can'),
  })
  expect(await sudo('user lock lotte --reason mine')).toMatchObject({ code: 77 })
  expect(ledgerRows(machine, `SELECT lock_by, lock_reason FROM people WHERE hub_name = 'lotte'`)).toEqual([
    { lock_by: 'owner', lock_reason: 'by an owner' },
  ])
  await must(sudo, 'user lock bob --reason away')
  await must(sudo, 'user unlock bob')
  // Among those who were locked by an operator an owner may put their own lock.
  await must(sudo, 'user lock bob --reason away')
  await machine.ok(['tljh', 'user', 'lock', 'bob', '--reason', 'for good'])
  expect(await sudo('user unlock bob')).toMatchObject({ code: 77 })
  await machine.ok(['tljh', 'user', 'unlock', 'bob'])
})

test('a right that ends while a command waits is not used any more', SLOW, async ({ scene: { machine } }) => {
  const sudo = runBy(machine, 'jupyter-olga')
  const waiting = await lockHeld(machine, async () => {
    const said = sudo('user lock ada --reason mine')
    await until(
      async () => (await machine.run(['pgrep', '--full', 'main.js user lock ada'])).code,
      (code) => code === 0,
    )
    // It has asked once, and waits.
    await sleep(1500)
    const demoted = JSON.stringify({ role: 'user', groups: [], teaches: [] })
    changeLedger(machine, `UPDATE access SET access = ? WHERE hub_name = 'olga'`, demoted)
    return { said }
  })
  expect(await waiting.said).toEqual({ code: 77, text: expect.stringContaining('olga') })
  expect(ledgerRows(machine, `SELECT lock_by FROM people WHERE hub_name = 'ada'`)).toEqual([{ lock_by: '' }])
  await machine.ok(['tljh', 'reconfigure'])
  await must(sudo, 'user list')
})

test('a demoted operator has no right from that moment', SLOW, async ({ scene }) => {
  const { machine, olga } = scene
  if (!(await isActive(machine, 'jupyter-admin@olga.service'))) await olga.spawn()
  const terminal = await olga.terminal()
  await must(typedInto(terminal), 'user list')
  await machine.ok(['tljh', 'user', 'set', 'olga', '--no-operator'])
  await expect(terminal.run('id'), 'the server that had sudo is gone').rejects.toThrow('websocket')
  expect(await isActive(machine, 'jupyter-admin@olga.service')).toBe(false)
  expect(await runBy(machine, 'jupyter-olga')('user list')).toMatchObject({ code: 1 })
  // Somebody left her in the group by hand: then tljh itself refuses.
  await machine.ok(['gpasswd', '--add', 'jupyter-olga', 'jupyterhub-operators'])
  expect(await runBy(machine, 'jupyter-olga')('user list')).toMatchObject({
    code: 77,
    text: expect.stringContaining('olga is neither operator nor instructor'),
  })
  await machine.ok(['tljh', 'reconfigure'])
  expect(await machine.ok(['id', '-nG', 'jupyter-olga'])).not.toContain('operators')
  expect((await olga.api('GET', 'users')).status).toBe(403)

  await until(
    async () => olga.api('GET', 'users/olga'),
    ({ text }) => !text.includes('"pending": "stop"') && !text.includes('"ready": true'),
  )
  await olga.spawn()
  expect(await isActive(machine, 'jupyter@olga.service')).toBe(true)
  const again = await olga.terminal()
  expect(await typedInto(again)('user list')).toMatchObject({ code: 1 })
  again.close()
  await olga.stopServer()
})

test('who teaches nobody any more has no right either', SLOW, async ({ scene: { machine, ivan } }) => {
  await machine.ok(['tljh', 'user', 'set', 'ivan', '--remove-instructor', 'course-a'])
  expect(await isActive(machine, 'jupyter-admin@ivan.service')).toBe(false)
  expect(await runBy(machine, 'jupyter-ivan')('user show ada')).toMatchObject({ code: 1 })
  const { status } = await until(
    async () => ivan.api('GET', 'users/ada'),
    (page) => page.status < 500,
  )
  expect(status).toBeOneOf([403, 404])
})
