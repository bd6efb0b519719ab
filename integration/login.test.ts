/** The door: nobody takes another's place, guessing is slow, a class gets in, bad input is answered with 4xx. */
import { expect } from 'vitest'

import {
  addAndEnter,
  addPeople,
  CHOSEN,
  newcomer,
  reconfigure,
  setPasswords,
} from './support/administrator.ts'
import { Client } from './support/client.ts'
import { type Answer, isIn, knock, knockFrom, post } from './support/login.ts'
import { machineTest } from './support/machine.ts'

const test = machineTest({ image: 'installed' })
const SLOW = { timeout: 300_000 }

test('whoever comes first takes nothing: a name is not a password', SLOW, async ({ machine }) => {
  await addAndEnter(machine, ['wanda', 'zoe'])
  await addPeople(machine, ['otto'])
  await reconfigure(machine, {
    'users.allowed': ['wanda', 'otto', 'nils'],
    'users.banned': ['zoe', 'boss'],
  })
  const wrong = await knock(machine, 'wanda', 'not her password')
  expect(wrong).toMatchObject({ status: 403, message: 'Invalid username or password' })
  const others = {
    unknown: ['stranger', CHOSEN],
    'allowed without a password': ['nils', CHOSEN],
    'with a one-time password that is not theirs': ['otto', CHOSEN],
    'banned, with the right password': ['zoe', CHOSEN],
    'banned, with the right one-time password': ['boss', machine.password],
    'no password': ['nils', ''],
    'no name': ['', CHOSEN],
    neither: ['', ''],
    'a service account': ['root', CHOSEN],
  }
  for (const [who, [name = '', password = '']] of Object.entries(others)) {
    const { status, message } = await knock(machine, name, password)
    expect({ who, status, message }).toEqual({ who, status: wrong.status, message: wrong.message })
  }
  expect((await new Client(machine.url).request('/hub/signup')).status).toBe(404)
  // The account of whoever is named is there from the start, and no password opens it.
  const account = 'getent passwd jupyter-nils | cut -d: -f1,6,7; getent shadow jupyter-nils | cut -d: -f2'
  expect(await machine.sh(account)).toMatch(/^jupyter-nils:\/home\/jupyter-nils:\/bin\/bash\n![*]?\n$/)
  expect((await machine.run(['getent', 'passwd', 'jupyter-stranger'])).stdout).toBe('')
  await reconfigure(machine, { 'users.banned': [], 'users.allowed': ['wanda', 'zoe', 'otto'] })
  expect(isIn(await knock(machine, 'zoe', CHOSEN))).toBe(true)
})

const tooMany = ({ status }: Answer): boolean => status === 429

test('guessing is slowed for an account, not for its owner', SLOW, async ({ machine }) => {
  const ada = await newcomer(machine, 'ada')
  const answers: Answer[] = []
  while (answers.filter(tooMany).length < 3 && answers.length < 40)
    answers.push(await knock(machine, 'ada', `guess number ${answers.length}`))
  expect(answers.slice(0, 10).map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 403))
  const late = answers.filter(tooMany)
  expect(late.length, 'then one in half a minute').toBe(3)
  for (const { message, page } of late) {
    expect(message ?? page.text).toMatch(/Wait \d+ seconds? and try again/)
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0)
  }
  expect((await knock(machine, 'ada', CHOSEN)).status, 'also with the right one').toBe(429)
  expect(isIn(await knock(machine, 'wanda', CHOSEN)), 'others come in').toBe(true)
  await ada.request('/hub/logout')
  expect(isIn(await knockFrom(ada, 'ada', CHOSEN)), 'a browser that she used comes in').toBe(true)
  expect((await knockFrom(ada, 'wanda', 'wrong one')).status, 'it is known for her only').toBe(403)
})

test('sixty behind one address log in within a minute while one guesses', SLOW, async ({ machine }) => {
  const names = Array.from({ length: 61 }, (_, at) => `pupil${at + 1}`)
  await addPeople(machine, names)
  await setPasswords(machine, names)
  const lesson = { begun: true }
  const guess = async (): Promise<number[]> => {
    const seen: number[] = []
    for (let round = 0; lesson.begun; round += 1) {
      const target = round % 2 === 0 ? 'pupil61' : `stranger${round}`
      seen.push((await knock(machine, target, 'is it this one')).status)
    }
    return seen
  }
  const guesses = Promise.all([guess(), guess(), guess(), guess()])
  const began = performance.now()
  // Not pupil61: whoever is being guessed waits, unless in a browser of their own.
  const answers = await Promise.all(names.slice(0, -1).map(async (name) => knock(machine, name, CHOSEN)))
  const seconds = (performance.now() - began) / 1000
  lesson.begun = false
  expect(answers.filter((answer) => !isIn(answer)).map(({ status, message }) => [status, message])).toEqual(
    [],
  )
  expect(seconds).toBeLessThan(60)
  const seen = (await guesses).flat()
  expect(seen.filter((status) => status !== 403 && status !== 429)).toEqual([])
  console.log(`sixty logins: ${seconds.toFixed(1)} s; ${seen.length} guesses beside them`)
})

test('a password is changed on its page, and other browsers are signed out', SLOW, async ({ machine }) => {
  const here = await newcomer(machine, 'pia')
  const there = new Client(machine.url)
  expect(await there.login('pia', CHOSEN)).toBe('in')
  const next = 'seven green bottles'
  const form = { old: CHOSEN, new: next, again: next }
  const change = async (fields: Partial<typeof form>): Promise<Answer> =>
    post(here, '/hub/password', { ...form, ...fields })
  expect((await here.request('/hub/password')).text).toContain('Change your password')
  const refused = { status: 400 }
  expect(await change({ old: 'wrong' })).toMatchObject({
    ...refused,
    message: expect.stringMatching(/current password is not right/),
  })
  expect(await change({ again: 'else' })).toMatchObject({
    ...refused,
    message: expect.stringMatching(/not the same/),
  })
  expect(await change({ new: 'short', again: 'short' })).toMatchObject({
    ...refused,
    message: expect.stringMatching(/10 characters/),
  })
  expect(await change({ new: CHOSEN, again: CHOSEN })).toMatchObject({
    ...refused,
    message: expect.stringMatching(/another one/),
  })
  const done = await change({})
  expect(done.page.text).toContain('Your password is changed')
  expect((await here.request('/hub/home')).path, 'this browser stays').toBe('/hub/home')
  expect((await there.request('/hub/home')).path, 'the other is out').toMatch(/^\/hub\/login/)
  expect((await knock(machine, 'pia', CHOSEN)).status).toBe(403)
  expect(isIn(await knock(machine, 'pia', next))).toBe(true)
})

test('forms and calls without the token of the page are refused', SLOW, async ({ machine }) => {
  const [oneTime = ''] = await addPeople(machine, ['rosa'])
  const rosa = new Client(machine.url)
  await rosa.request('/hub/login')
  const forged = async (path: string, form: Readonly<Record<string, string>>): Promise<number> =>
    (await rosa.request(path, { form, headers: { referer: 'http://elsewhere.example/' } })).status
  expect(await forged('/hub/login', { username: 'rosa', password: oneTime })).toBe(403)
  expect(await rosa.login('rosa', oneTime)).toBe('choose')
  const chosen = { new: 'chosen by a stranger', again: 'chosen by a stranger' }
  expect(await forged('/hub/choose-password', chosen)).toBe(403)
  await rosa.choosePassword(CHOSEN)
  expect(await forged('/hub/password', { ...chosen, old: CHOSEN })).toBe(403)
  expect(await forged('/hub/spawn', {})).toBe(403)
  for (const method of ['POST', 'DELETE']) {
    const headers = { referer: 'http://elsewhere.example/' }
    const call = await rosa.request('/hub/api/users/rosa/server', { method, headers })
    expect([method, call.status]).toEqual([method, 403])
  }
  expect(isIn(await knock(machine, 'rosa', CHOSEN)), 'her password is still hers').toBe(true)
})

test('a name in capitals is the same person, one that imitates it is nobody', SLOW, async ({ machine }) => {
  const loud = new Client(machine.url)
  expect(isIn(await knockFrom(loud, 'WANDA', CHOSEN))).toBe(true)
  await loud.request('/hub/home')
  const { text } = await loud.api('GET', 'user')
  expect(JSON.parse(text)).toMatchObject({ name: 'wanda' })
  for (const name of ['ｗanda', 'wаnda', 'wanda\u200b', 'wan da', '.wanda', 'wanda@']) {
    expect([name, (await knock(machine, name, CHOSEN)).status]).toEqual([name, 403])
  }
})

const HOSTILE = [
  '../../etc/passwd',
  '..',
  '.',
  'a/b',
  'a\\b',
  'a\0b',
  'a\nb',
  '%00',
  '%2e%2e%2f',
  '-rf',
  '@',
  '+',
  '{username}',
  '{{ 7 * 7 }}',
  '<script>alert(1)</script>',
  `'; DROP TABLE users; --`,
  '$(id)',
  '\ud83d\ude80',
  '\u202eadmin',
  'x'.repeat(65),
  'x'.repeat(10_000),
  '__proto__',
]

const shown = (text: string): string => JSON.stringify(text.slice(0, 60))

test('hostile names are answered with 4xx, never with 500', SLOW, async ({ machine }) => {
  const visitor = new Client(machine.url)
  for (const name of HOSTILE) {
    const { status, page } = await knockFrom(visitor, name, CHOSEN)
    expect([shown(name), status]).toEqual([shown(name), 403])
    expect(page.text).not.toContain('<script>alert(1)')
  }
  const boss = new Client(machine.url)
  await boss.enter('boss', machine.password, CHOSEN)
  const escaped = [
    ...HOSTILE.map((name) => encodeURIComponent(name)),
    '%ff%fe',
    '%',
    '%zz',
    '..%2f..%2fhub',
    '%2e%2e',
  ]
  const answers: (readonly [string, number])[] = []
  for (const name of escaped) {
    for (const path of [
      `/user/${name}/lab`,
      `/hub/user/${name}/`,
      `/hub/spawn/${name}`,
      `/hub/api/users/${name}`,
    ]) {
      for (const client of [visitor, boss]) {
        answers.push([shown(path), (await client.request(path, { follow: false })).status])
      }
    }
  }
  expect(answers.filter(([, status]) => status >= 500)).toEqual([])
  const made = await Promise.all(
    escaped.map(async (name) => [shown(name), (await boss.api('POST', `users/${name}`)).status] as const),
  )
  expect(made.filter(([, status]) => status < 400 || status >= 500)).toEqual([])
})
