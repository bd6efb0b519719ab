/** The helper's socket: what it refuses, whom it answers, and that a refusal changes nothing. */
import { describe, expect } from 'vitest'

import { addPeople } from './support/administrator.ts'
import { ask, send, type Peer } from './support/attack/ask.ts'
import { serverEnvironment } from './support/attack/environment.ts'
import { picture } from './support/attack/picture.ts'
import { badRequests, bytesOf } from './support/attack/requests.ts'
import { type Machine, machineTest } from './support/machine.ts'
import { until } from './support/until.ts'

/** What a person's server says about itself; the request waits in the socket until it is up. */
async function serverAnswers(machine: Machine, name: string): Promise<unknown> {
  const socket = `/run/tljh/user/${name}/server.sock`
  return JSON.parse(
    await machine.sh(`curl -s --max-time 55 --unix-socket ${socket} http://x/user/${name}/api`),
  ) as unknown
}

/** The one-time password of bob. */
const test = machineTest({ image: 'installed' }).extend<{ $file: { password: string } }>({
  password: [
    async ({ machine }, use): Promise<void> => {
      const [, password = ''] = await addPeople(machine, ['alice', 'bob', 'dan', 'eve', 'fay'])
      // An account to be attacked: its home, its folders and its units are part of the picture.
      await ask(machine, { verb: 'start', name: 'alice', env: serverEnvironment('alice') })
      await serverAnswers(machine, 'alice')
      await use(password)
    },
    { scope: 'file', auto: true },
  ],
})

const status = { verb: 'status', name: 'alice' }
const statusLine = `${JSON.stringify(status)}\n`

/** Places come free one by one: a client whose connection is reset tries again, as the hub does. */
async function answersAgain(machine: Machine): Promise<void> {
  const first = async (): Promise<string> => (await send(machine, { pieces: [statusLine] })).answers[0] ?? ''
  await until(first, (text) => text.startsWith('{"ok":true'))
}

test.for(badRequests)('refuses $what', async (row, { machine }) => {
  const before = await picture(machine)
  const { answers } = await send(machine, { pieces: [bytesOf(row)] })
  expect(answers[0]).toMatch(/^\{"ok":false,.*\}\n$/)
  const answer: unknown = JSON.parse(answers[0] ?? '')
  expect(answer).toEqual({ ok: false, error: row.error, message: expect.stringMatching(row.says) })
  expect(await picture(machine)).toBe(before)
})

describe('a client that', () => {
  test('hangs up in the middle of a line leaves nothing behind', async ({ machine }) => {
    const before = await picture(machine)
    await send(machine, { pieces: ['{"verb":"start","na'], ending: 'hang-up' })
    await send(machine, { pieces: [], ending: 'hang-up' })
    expect(await ask(machine, status)).toMatchObject({ ok: true })
    expect(await picture(machine)).toBe(before)
  })

  test('hangs up after a request that is refused leaves nothing behind', async ({ machine }) => {
    const before = await picture(machine)
    await send(machine, { pieces: ['{"verb":"start","name":"stranger","env":{}}\n'], ending: 'hang-up' })
    expect(await ask(machine, status)).toMatchObject({ ok: true })
    expect(await picture(machine)).toBe(before)
  })

  test('says nothing, or half a line, and waits is told that no request came', async ({ machine }) => {
    const pieces = [[], ['{"verb":'], ['{"verb":', '"status",']]
    const heard = await Promise.all(
      pieces.map(async (parts) => send(machine, { pieces: parts, ending: 'wait' })),
    )
    for (const { answers } of heard) {
      expect(JSON.parse(answers[0] ?? '')).toMatchObject({ error: 'bad-request', message: /no request came/ })
    }
  })

  test('sends a request in pieces is answered', async ({ machine }) => {
    const { answers } = await send(machine, {
      pieces: ['{"verb":"status"', ',"name":"ali', 'ce"}\n'],
      ending: 'wait',
    })
    expect(JSON.parse(answers[0] ?? '')).toMatchObject({ ok: true, active: 'active' })
  })

  test('opens 300 connections at once does not shut the socket for the others', async ({ machine }) => {
    const before = await picture(machine)
    const { answers, refused } = await send(machine, { pieces: [statusLine], connections: 300 })
    expect(refused).toBeUndefined()
    expect(answers.filter((text) => text.endsWith('\n')).length).toBeGreaterThan(0)
    expect(await machine.sh('systemctl is-active jupyterhub-helper.socket')).toBe('active\n')
    // Places come free again one by one.
    await answersAgain(machine)
    expect(await picture(machine)).toBe(before)
  })

  test('holds 300 silent connections does not shut the socket for the others', async ({ machine }) => {
    const held = send(machine, { pieces: [], ending: 'wait', connections: 300 })
    await answersAgain(machine)
    await held
    expect(await machine.sh('systemctl is-active jupyterhub-helper.socket')).toBe('active\n')
  })
})

describe('the peer', () => {
  test.for<Peer>(['root', 'tljh-hub'])('%s is answered', async (peer, { machine }) => {
    expect(await ask(machine, status, peer)).toMatchObject({
      ok: true,
      unit: 'jupyter@alice.service',
      active: 'active',
    })
  })

  test.for<Peer>(['nobody', 'jupyter-alice'])('%s cannot enter the socket', async (peer, { machine }) => {
    expect(await send(machine, { pieces: [] }, peer)).toEqual({ answers: [], refused: 'PermissionError' })
  })

  test('that got into the group of the hub by mistake is still refused', async ({ machine }) => {
    const answer = await ask(machine, status, 'nobody in group tljh-hub')
    expect(answer).toEqual({ ok: false, error: 'denied', message: 'only the hub may ask the helper' })
  })
})

describe('a good request', () => {
  test('tells the state of a server that never ran', async ({ machine }) => {
    expect(await ask(machine, { verb: 'status', name: 'bob' })).toMatchObject({
      ok: true,
      active: 'inactive',
    })
  })

  test('starts a server, and stops it', async ({ machine }) => {
    const env = serverEnvironment('bob')
    const started = await ask(machine, { verb: 'start', name: 'bob', env })
    const unit = 'jupyter@bob.service'
    expect(started).toMatchObject({
      ok: true,
      unix: 'jupyter-bob',
      unit,
      socket: '/run/tljh/user/bob/server.sock',
    })
    expect(await serverAnswers(machine, 'bob')).toHaveProperty('version')
    expect(await machine.sh('stat -c "%a %U" /home/jupyter-bob')).toBe('700 jupyter-bob\n')
    expect(await ask(machine, { verb: 'status', name: 'bob' })).toMatchObject({ active: 'active', unit })
    expect(await ask(machine, { verb: 'stop', name: 'bob' })).toEqual({ ok: true })
    expect(await ask(machine, { verb: 'status', name: 'bob' })).toMatchObject({ active: 'inactive' })
    expect(await machine.sh('ls /run/tljh/env')).not.toContain('bob')
  })

  test('checks a one-time password and lets it be changed once', async ({ machine, password }) => {
    const check = { verb: 'check-password', name: 'Bob', password }
    expect(await ask(machine, check)).toEqual({
      ok: true,
      name: 'bob',
      admin: false,
      groups: [],
      change: true,
    })
    const change = { ...check, verb: 'change-password', new: 'battery staple 42' }
    expect(await ask(machine, { ...change, new: 'short' })).toMatchObject({
      ok: false,
      error: 'weak-password',
    })
    expect(await ask(machine, change)).toMatchObject({ ok: true, change: false })
    expect(await ask(machine, change)).toMatchObject({ ok: false, error: 'denied' })
    expect(await ask(machine, check)).toMatchObject({ ok: false, error: 'denied' })
    expect(await ask(machine, { ...check, password: change.new })).toMatchObject({ ok: true, change: false })
  })

  test('twice for each of three new people at once gives each one whole account', async ({ machine }) => {
    const names = ['dan', 'eve', 'fay']
    const requests = [...names, ...names].map((name) => ({
      verb: 'start',
      name,
      env: serverEnvironment(name),
    }))
    const answers = await Promise.all(requests.map(async (request) => ask(machine, request)))
    expect(answers.map(({ ok, unix }) => ({ ok, unix }))).toEqual(
      [...names, ...names].map((name) => ({ ok: true, unix: `jupyter-${name}` })),
    )
    for (const name of names) {
      expect(await ask(machine, { verb: 'status', name })).toMatchObject({ ok: true, active: 'active' })
      const unix = `jupyter-${name}`
      expect(await machine.sh(`stat -c '%a %U %G' /home/${unix}`)).toBe(`700 ${unix} ${unix}\n`)
      expect(await machine.sh(`grep -c '^${unix}:' /etc/passwd`)).toBe('1\n')
    }
    expect(await machine.sh('cut -d: -f3 /etc/passwd | sort | uniq -d')).toBe('')
  })
})
