/** Mistakes in rosters: each is named with its file and line, by every command, and nothing changes. */
import { writeFile } from 'node:fs/promises'

import { expect } from 'vitest'

import { CHOSEN, newcomer, tljh } from './support/administrator.ts'
import { hostileRosters } from './support/attack/rosters.ts'
import { state } from './support/installation.ts'
import { wholeLedger } from './support/ledger.ts'
import { isIn, knock } from './support/login.ts'
import { type Machine, machineTest } from './support/machine.ts'

const test = machineTest({ image: 'installed' })
const SLOW = { timeout: 300_000 }

const FILE = '/root/class.csv'
const KEPT = '/opt/tljh/config/rosters/class.csv'
const ROSTER = 'name,groups\npupil001,class-a\npupil002,class-a\npupil003,class-b\npupil004,\n'

/** Puts a file there as an administrator brings it. */
async function bring(machine: Machine, text: string | Uint8Array, path = FILE): Promise<void> {
  await writeFile(machine.path(path), text)
}

/** Commands that look at the rosters. */
const COMMANDS = [
  'plan',
  'reconfigure',
  'install',
  'config check',
  'user add zoe',
  'user set pupil001 --group lab',
  'user rename pupil001 zoe',
  'group list',
  'group members class-a',
  'group add lab pupil001',
  'group remove class-a',
  'roster list',
  `roster plan ${FILE}`,
  `roster apply ${FILE}`,
]

test('a mistake in a roster that somebody edited is named by every command', SLOW, async ({ machine }) => {
  await bring(machine, ROSTER)
  expect((await tljh(machine, 'roster', 'apply', FILE)).code).toBe(0)
  await newcomer(machine, 'ada')
  const good = await machine.ok(['cat', KEPT])
  const lines = good.split('\n')
  await bring(
    machine,
    [...lines.slice(0, 4), 'Zoë,lab,', 'pupil001,,chief', ...lines.slice(4)].join('\n'),
    KEPT,
  )
  const before = await state(machine)
  for (const words of COMMANDS) {
    const { code, stdout, stderr } = await tljh(machine, ...words.split(' '))
    expect.soft({ words, code, stdout }).toEqual({ words, code: 78, stdout: '' })
    expect.soft(stderr, words).toMatch(/rosters\/class\.csv:5(:\d+)?: name: the name 'Zo\\u\{eb\}'/)
    expect.soft(stderr, words).toMatch(/rosters\/class\.csv:6(:\d+)?: role: expected user, .* found 'chief'/)
  }
  expect(await state(machine)).toBe(before)
  expect(isIn(await knock(machine, 'ada', CHOSEN)), 'people go on working').toBe(true)
  await bring(machine, good, KEPT)
})

test.for(Object.entries(hostileRosters))(
  'a roster with %s is one clear error, and nothing changes',
  async ([, [text, says]], { machine }) => {
    await bring(machine, text, '/root/hostile.csv')
    const before = [await state(machine), wholeLedger(machine)]
    for (const verb of ['plan', 'apply']) {
      const { code, stdout, stderr } = await tljh(machine, 'roster', verb, '/root/hostile.csv')
      expect.soft({ code, stdout }).toEqual({ code: 78, stdout: '' })
      expect.soft(stderr).toMatch(says)
      expect.soft(stderr).not.toMatch(/mistake in tljh|^ +at /m)
      expect.soft(stderr.match(/^error: /gm)).toHaveLength(1)
    }
    const piped = await machine.run(['sh', '-c', 'tljh roster apply - --name hostile </root/hostile.csv'])
    expect.soft(piped).toMatchObject({ code: expect.toBeOneOf([64, 78]), stdout: '' })
    expect([await state(machine), wholeLedger(machine)]).toEqual(before)
  },
)
