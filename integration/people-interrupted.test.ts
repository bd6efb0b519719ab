/** Commands about people that are killed, come at the same time, or find the ledger held or the disk full. */
import { scryptSync } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

import { expect } from 'vitest'

import type { CommandResult } from '../src/host/host.ts'
import { tljh } from './support/administrator.ts'
import { Client } from './support/client.ts'
import { endState, keep, putBack } from './support/end-state.ts'
import { ledgerHeld, realAgain, standIn } from './support/held.ts'
import { state } from './support/installation.ts'
import { killedAt, type Moment } from './support/killed.ts'
import { ledgerRows } from './support/ledger.ts'
import { knock } from './support/login.ts'
import { type Machine, machineTest } from './support/machine.ts'
import { readSlips, type Slip } from './support/slips.ts'
import { someAtOnce } from './support/some-at-once.ts'
import { until } from './support/until.ts'

const test = machineTest({ image: 'installed', disk: 800_000_000 })
const SLOW = { timeout: 300_000 }

const PEOPLE = 300
const names = Array.from({ length: PEOPLE }, (_, at) => {
  const number = String(at + 1).padStart(3, '0')
  return at % 10 === 9 ? `student.${number}@example.org` : `s${number}`
}).toSorted()
const ROSTER = ['name,groups', ...names.map((name, at) => `${name},class-${at % 3}`), ''].join('\n')
const SLIPS = '/root/slips.html'
const APPLY = ['tljh', 'roster', 'apply', '/root/class.csv', '--slips', SLIPS]

/** What a whole, undisturbed run leaves. */
let undisturbed: readonly string[] = []

/** Whether a slip opens the door, worked out from the hash as it is stored. */
function opens({ password }: Slip, hash: unknown): boolean {
  const [, , cost = '', salt = '', stored = ''] = String(hash).split('$')
  const [ln = 0, r = 0, p = 0] = [...cost.matchAll(/\d+/g)].map(Number)
  const made = scryptSync(password, Buffer.from(salt, 'base64'), 32, { N: 2 ** ln, r, p })
  return made.equals(Buffer.from(stored, 'base64'))
}

/** Everybody is one account with numbers of their own, and has a slip that is right. */
function checkPeople(machine: Machine): void {
  const people = ledgerRows(machine, 'SELECT hub_name, unix_name, uid, gid FROM people ORDER BY hub_name')
  for (const column of ['hub_name', 'unix_name', 'uid', 'gid'])
    expect(new Set(people.map((row) => row[column])).size).toBe(PEOPLE + 1)
  const hashes = new Map(
    ledgerRows(machine, 'SELECT hub_name, hash FROM passwords').map((row) => [row['hub_name'], row['hash']]),
  )
  const slips = readSlips(machine, SLIPS)
  expect(slips.map(({ name }) => name)).toEqual(names)
  expect(slips.filter((slip) => !opens(slip, hashes.get(slip.name)))).toEqual([])
}

test('a roster of three hundred, undisturbed', SLOW, async ({ machine }) => {
  await machine.ok(['tee', '/root/class.csv'], { input: ROSTER })
  await keep(machine)
  const applied = await machine.run(APPLY)
  expect(applied).toMatchObject({ code: 0, stdout: expect.stringContaining('300 of 300 changed') })
  undisturbed = await endState(machine)
  checkPeople(machine)
})

interface Point {
  /** Completes the sentence "kill -9 …". */
  readonly name: string
  readonly at: Moment
  /** Stands in for systemd-sysusers up to the kill. */
  readonly sysusers?: string
  /** What happens before the same command comes again. */
  readonly between?: readonly string[]
}

/** The first half of the accounts whole; of the others only those files that were put in place before the kill. */
const torn = (after: readonly string[]): string => `
cat >/run/lines; half=$(( $(wc -l </run/lines) / 2 ))
head -n $half /run/lines | $REAL - || exit
for file in ${after.join(' ')}; do cp -p /etc/$file /run/$file; done
tail -n +$(( half + 1 )) /run/lines | $REAL - || exit
for file in ${after.join(' ')}; do cp -p /run/$file /etc/$file; done
touch /run/half; sleep 60`

const POINTS: readonly Point[] = [
  { name: 'while the ledger is written', at: { path: '/opt/tljh/state/ledger.sqlite-journal' } },
  { name: 'when the ledger is written', at: { receipt: 'file:/opt/tljh/config/rosters/class.csv' } },
  {
    name: 'when the ledger is written, and another command comes first',
    at: { receipt: 'file:/opt/tljh/config/rosters/class.csv' },
    between: ['tljh', 'reconfigure'],
  },
  {
    name: 'when half of the accounts are made, others have only a group',
    at: { path: '/run/half' },
    sysusers: torn(['passwd', 'shadow']),
  },
  {
    name: 'when half of the accounts are made, others lack their line in /etc/shadow',
    at: { path: '/run/half' },
    sysusers: torn(['shadow']),
  },
  {
    name: 'when half of the homes are made, and where one was made is still there',
    at: { path: '/home/jupyter-s150' },
    between: ['mkdir', '--mode=700', '/home/.tljh-new-s001'],
  },
  { name: 'while a home is made', at: { path: '/home/.tljh-new-s2*' } },
  { name: 'when groups are begun', at: { receipt: 'group:class-1' } },
  { name: 'when people.json is begun', at: { receipt: 'file:/opt/tljh/hub-config/people.json' } },
  { name: 'before the passwords count', at: { path: `${SLIPS}*` } },
]

test.for(POINTS)(
  'kill -9 $name: the same command ends where an undisturbed one does',
  SLOW,
  async ({ at, sysusers, between }, { machine }) => {
    await putBack(machine)
    await machine.sh(`rm -f ${SLIPS} /run/half`)
    if (sysusers !== undefined) await standIn(machine, sysusers)
    await killedAt(machine, APPLY, at)
    await realAgain(machine)
    if (between !== undefined) await machine.ok(between)
    const again = await machine.run(APPLY)
    expect({ code: again.code, said: again.stdout + again.stderr }).toMatchObject({ code: 0 })
    expect(await endState(machine)).toEqual(undisturbed)
    checkPeople(machine)
    expect((await tljh(machine, 'plan', '--check')).code).toBe(0)
  },
)

test('after all that every name on the slips logs in', { timeout: 500_000 }, async ({ machine }) => {
  const outcomes = await someAtOnce(readSlips(machine, SLIPS), 8, async ({ name, password }) =>
    new Client(machine.url).login(name, password),
  )
  expect(outcomes.filter((outcome) => outcome !== 'choose')).toEqual([])
})

/** One sentence and no stack. */
function expectPlain({ code, stdout, stderr }: CommandResult, exit: number): void {
  expect({ code, stdout }).toEqual({ code: exit, stdout: '' })
  expect(stderr).not.toMatch(/mistake in tljh|^ +at /m)
  expect(stderr.match(/^error: /gm)).toHaveLength(1)
}

const LOCK = '/run/tljh-install.lock.holder'

test(
  'a second command waits for the first, or names it when it takes too long',
  SLOW,
  async ({ machine }) => {
    await standIn(machine, 'until [ -e /run/go ]; do sleep 0.1; done; exec $REAL "$@"')
    const first = tljh(machine, 'user', 'add', 'una')
    await until(
      async () => (await machine.run(['test', '-e', LOCK])).code,
      (code) => code === 0,
    )
    const pid = (JSON.parse(await machine.ok(['cat', LOCK])) as { pid: number }).pid
    const impatient = await tljh(machine, 'roster', 'apply', '/root/class.csv')
    expectPlain(impatient, 69)
    expect(impatient.stderr).toMatch(
      new RegExp(`another tljh runs since \\S+: pid ${pid}, \`tljh user add\``),
    )
    expect((await tljh(machine, 'user', 'list')).code, 'looking is no change').toBe(0)
    const second = tljh(machine, 'user', 'add', 'ulf')
    await sleep(1500)
    await machine.ok(['touch', '/run/go'])
    expect([(await first).code, (await second).code]).toEqual([0, 0])
    await realAgain(machine)
    expect(
      ledgerRows(
        machine,
        `SELECT hub_name FROM people WHERE state = 'active' AND hub_name LIKE 'u%' ORDER BY hub_name`,
      ),
    ).toEqual([{ hub_name: 'ulf' }, { hub_name: 'una' }])
    const config = await machine.ok(['cat', '/opt/tljh/config/config.yaml'])
    expect(config).toMatch(/una[\s\S]*ulf/)
  },
)

test('a ledger that somebody else holds is named, and nothing is half done', SLOW, async ({ machine }) => {
  const before = await state(machine)
  const [added, listed, login] = await ledgerHeld(machine, async () =>
    Promise.all([
      tljh(machine, 'user', 'add', 'ugo'),
      tljh(machine, 'user', 'list'),
      knock(machine, 'una', 'whatever it may be'),
    ]),
  )
  for (const result of [added, listed]) {
    expectPlain(result, 69)
    expect(result.stderr).toMatch(/ledger\.sqlite is in use by another process for more than 10 s; try again/)
  }
  expect(login.status).toBe(503)
  expect(await state(machine)).toBe(before)
  expect((await tljh(machine, 'user', 'add', 'ugo')).code).toBe(0)
})

/** Leaves so many bytes free. */
const fill = (bytes: number): string =>
  `rm -f /root/large; fallocate -l $(( $(stat -f -c '%a * %S' /) - ${bytes} )) /root/large`
/** From nothing at all to enough for the ledger, the accounts, and some of the homes. */
const LEFT = [0, 100_000, 400_000, 800_000]

test(
  'on a full disk a roster stops with one error, and goes on when there is room',
  SLOW,
  async ({ machine }) => {
    await putBack(machine)
    await machine.ok(['rm', '-f', SLIPS])
    const codes: number[] = []
    for (const bytes of LEFT) {
      await machine.sh(fill(bytes))
      const { code, stdout, stderr } = await machine.run(APPLY)
      codes.push(code)
      if (code === 0) continue
      expect.soft({ bytes, code }).toEqual({ bytes, code: expect.toBeOneOf([1, 69]) })
      expect.soft(stderr, String(bytes)).toMatch(/no space left|disk is full|ENOSPC/i)
      expect.soft(stderr).not.toMatch(/mistake in tljh|^ +at /m)
      expect.soft(stdout).toBe('')
      await machine.ok(['rm', '/root/large'])
      expect
        .soft((await machine.run(['pwck', '--read-only', '--quiet'])).stdout)
        .not.toMatch(/no matching|invalid/)
    }
    expect(new Set(codes), 'before the ledger, and in the middle of the homes').toEqual(new Set([69, 1]))
    await machine.ok(['rm', '-f', '/root/large'])
    expect(await machine.run(APPLY)).toMatchObject({ code: 0 })
    expect(await endState(machine)).toEqual(undisturbed)
    checkPeople(machine)
  },
)
