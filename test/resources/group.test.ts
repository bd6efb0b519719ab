import { describe, expect, test } from 'vitest'

import { membersOf } from '../../src/host/account-files.ts'
import { showStep } from '../../src/host/step.ts'
import type { Step } from '../../src/host/step.ts'
import { group } from '../../src/resources/group.ts'
import type { Group } from '../../src/resources/group.ts'
import { changeAccounts } from '../support/account-commands.ts'
import { FakeHost } from '../support/fake-host.ts'
import { testPlan } from '../support/plan-rows.ts'

/** The end of /etc/group on Debian 12 after an installation. */
const BOOKWORM = `tljh-hub:x:996:
tljh-sock:x:994:tljh-hub,tljh-proxy
jupyterhub-users:x:993:
jupyterhub-admins:x:992:
`
const WANT: Group = {
  kind: 'group',
  name: 'course',
  members: ['jupyter-ada', 'jupyter-bob'],
  ours: (name) => name.startsWith('jupyter-'),
}
const LONG = 'jupyter-abcdefghijklmnopqr-1234'
const students = (count: number, name = 'jupyter-s'): string[] =>
  Array.from({ length: count }, (_, index) => `${name}${index}`)

/** The step as people see it, with what is typed into it. */
const typed = (step: Step): string[] => [showStep(step), ...(step.do === 'run' ? [step.input ?? ''] : [])]

describe('membersOf', () => {
  test.each([
    ['tljh-sock', ['tljh-hub', 'tljh-proxy']],
    ['jupyterhub-users', []],
    ['jupyterhub', undefined],
    ['sock', undefined],
  ])('reads %s', (name, members) => {
    expect(membersOf(BOOKWORM, name)).toEqual(members)
  })
})

describe('group', () => {
  test('observes who is in it', async () => {
    const host = new FakeHost({ '/etc/group': 'course:x:991:jupyter-eve\n' })
    expect(await group.observe(host, WANT)).toEqual({ members: ['jupyter-eve'] })
    expect(await group.observe(host, { ...WANT, name: 'lab' })).toEqual({ members: undefined })
  })

  testPlan(group, WANT, [
    { name: 'settled', have: { members: ['jupyter-ada', 'jupyter-bob'] }, steps: [] },
    {
      name: 'absent',
      have: { members: undefined },
      steps: [
        'groupadd --system -- course',
        'gpasswd --add jupyter-ada course',
        'gpasswd --add jupyter-bob course',
      ],
    },
    {
      name: 'absent, with numbers of people',
      want: { gids: { min: 20_000, max: 59_999 }, members: [] },
      have: { members: undefined },
      steps: ['groupadd --system --key SYS_GID_MIN=20000 --key SYS_GID_MAX=59999 -- course'],
    },
    {
      name: 'a missing member',
      have: { members: ['jupyter-ada'] },
      steps: ['gpasswd --add jupyter-bob course'],
    },
    {
      name: 'a person who is no longer listed',
      have: { members: ['jupyter-ada', 'jupyter-bob', 'jupyter-eve'] },
      steps: ['gpasswd --delete jupyter-eve course'],
    },
    {
      name: 'everybody, when the list is empty',
      want: { members: [] },
      have: { members: ['jupyter-ada', 'jupyter-bob', 'backup'] },
      steps: ['gpasswd --delete jupyter-ada course', 'gpasswd --delete jupyter-bob course'],
    },
    {
      name: 'an account that is none of ours stays',
      have: { members: ['jupyter-ada', 'jupyter-bob', 'backup'] },
      steps: [],
    },
  ])
})

const plan = (members: string[], now: string[] = []): string[][] =>
  group.plan({ ...WANT, members }, { members: now }).map(typed)

describe('a group with many new members', () => {
  test('gets up to four one by one', () => {
    expect(plan(students(4))).toEqual(students(4).map((name) => [`gpasswd --add ${name} course`, '']))
  })

  test('gets more of them by one call of sysusers', () => {
    expect(plan(students(5))).toEqual([
      [
        'systemd-sysusers - (into course:, jupyter-s0, jupyter-s1, jupyter-s2, jupyter-s3 and 1 more)',
        students(5)
          .map((name) => `m ${name} course\n`)
          .join(''),
      ],
    ])
    expect(plan(students(1000))).toHaveLength(1)
  })

  test('gets only those who are missing', () => {
    const [[, input] = []] = plan(students(10), students(3))
    expect(input?.split('\n')).toHaveLength(8)
    expect(input).not.toContain('jupyter-s2 ')
  })

  test('gets names that sysusers refuses by another way: a few one by one, many at once', () => {
    const few = students(2, LONG)
    expect(few[0]).toHaveLength(32)
    expect(plan([...students(5), ...few]).map(([shown]) => shown)).toEqual([
      expect.stringMatching(/^systemd-sysusers - /),
      ...few.map((name) => `gpasswd --add ${name} course`),
    ])
    const many = students(5, LONG)
    expect(plan([...students(2), ...many], ['backup', 'jupyter-s0'])).toEqual([
      [`gpasswd --members backup,jupyter-s0,jupyter-s1,${many.join(',')} course`, ''],
    ])
  })

  test('never writes a list that is too long for one argument', () => {
    const many = students(4000, 'jupyter-abcdefghijklmnopqr-')
    const longest = plan(many.map((name) => name.padEnd(32, 'x'))).map(([shown]) => shown?.length ?? 0)
    expect(longest).toHaveLength(4000)
    expect(Math.max(...longest)).toBeLessThan(131_072)
  })

  test.each([1, 4, 5, 40])('has nothing left to do after its own %d additions', async (count) => {
    const members = [...students(count), ...students(count, LONG).filter((name) => name.length === 32)]
    const host = new FakeHost({
      '/etc/group': 'root:x:0:\ncourse:x:30000:backup,jupyter-old\n',
      '/etc/passwd': members.map((name) => `${name}:x:1:1::/h:/s\n`).join(''),
    })
    host.run = (step) => changeAccounts(host, step)
    const want = { ...WANT, members }
    const steps = group.plan(want, await group.observe(host, want))
    for (const step of steps) await host.perform(step)
    expect(group.plan(want, await group.observe(host, want))).toEqual([])
    const now = membersOf(host.entries.get('/etc/group')?.text ?? '', 'course')
    expect(now?.toSorted()).toEqual(['backup', ...members].toSorted())
  })
})
