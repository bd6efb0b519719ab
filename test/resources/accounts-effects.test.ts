import { describe, expect, test } from 'vitest'

import type { CommandStep, Step } from '../../src/host/step.ts'
import { accounts, type Accounts, type PersonAccount } from '../../src/resources/accounts.ts'
import { changeAccounts } from '../support/account-commands.ts'
import { FakeHost } from '../support/fake-host.ts'
import { EVE, LONG, student, WANT } from './accounts-samples.ts'

/** A machine with Eve's account, on which account commands do what they do. */
function machine(): FakeHost {
  const host = new FakeHost({
    '/etc/passwd': 'root:x:0:0::/root:/bin/bash\neve:x:1001:100::/srv/eve:/usr/bin/zsh\n',
    '/etc/group': 'root:x:0:\nusers:x:100:\n',
    '/etc/shadow': 'root:*:1::::::\neve:!:1::::::\n',
    '/etc/gshadow': 'root:*::\nusers:*::\n',
    '/home': { type: 'directory', mode: 0o755 },
  })
  host.run = (step) => changeAccounts(host, step)
  return host
}

const plan = async (host: FakeHost, want: Accounts): Promise<Step[]> =>
  accounts.plan(want, await accounts.observe(host, want))

/** Plans and performs. @returns what was done */
async function settle(host: FakeHost, want: Accounts): Promise<readonly Step[]> {
  const steps = await plan(host, want)
  for (const step of steps) await host.perform(step)
  return steps
}

const want = (people: readonly PersonAccount[]): Accounts => ({ ...WANT, people })
const line = (host: FakeHost, file: string, name: string): string | undefined =>
  host.entries
    .get(`/etc/${file}`)
    ?.text.split('\n')
    .find((text) => text.startsWith(`${name}:`))

describe('accounts of people, settled', () => {
  const cases: Readonly<Record<string, Partial<PersonAccount>>> = {
    new: {},
    'known, but gone from the machine': { fresh: false },
    locked: { fresh: false, locked: true },
    'locked and never made': { locked: true },
    'with a shell that was asked for': { shell: '/bin/zsh', shellAsked: true },
    'with a name of 32 characters': { name: LONG, home: `/home/${LONG}` },
  }
  test.each(Object.entries(cases))('leave nothing to do: %s', async (_, more) => {
    const host = machine()
    const people = want([student(1, more), EVE])
    await settle(host, people)
    expect(await plan(host, people)).toEqual([])
  })

  test('are as they were asked for', async () => {
    const host = machine()
    await settle(host, want([student(1), student(2, { shell: '/bin/zsh', shellAsked: true })]))
    expect(line(host, 'passwd', 'jupyter-s1')).toBe('jupyter-s1:x:20001:20001::/home/jupyter-s1:/bin/bash')
    expect(line(host, 'passwd', 'jupyter-s2')).toBe('jupyter-s2:x:20002:20002::/home/jupyter-s2:/bin/zsh')
    expect(line(host, 'group', 'jupyter-s1')).toBe('jupyter-s1:x:20001:')
    expect(host.entries.get('/home/jupyter-s1')).toMatchObject({
      type: 'directory',
      mode: 0o700,
      uid: 20_001,
    })
  })

  test('have the numbers of the ledger, whichever program makes them', async () => {
    const host = machine()
    await settle(host, want([student(1), student(2, { name: LONG, home: `/home/${LONG}` })]))
    expect(line(host, 'passwd', 'jupyter-s1')).toContain(':20001:20001:')
    expect(line(host, 'passwd', LONG)).toContain(':20002:20002:')
    expect(line(host, 'group', LONG)).toBe(`${LONG}:x:20002:`)
  })

  test('are shut by a lock and open again after it', async () => {
    const host = machine()
    await settle(host, want([student(1)]))
    const open = line(host, 'passwd', 'jupyter-s1')
    await settle(host, want([student(1, { fresh: false, locked: true }), { ...EVE, locked: true }]))
    expect(line(host, 'passwd', 'jupyter-s1')).toMatch(/:\/usr\/sbin\/nologin$/)
    expect(line(host, 'shadow', 'jupyter-s1')).toMatch(/:2:$/)
    expect(line(host, 'shadow', 'eve')).toMatch(/:2:$/)
    await settle(host, want([student(1, { fresh: false })]))
    expect(line(host, 'passwd', 'jupyter-s1')).toBe(open)
    expect(line(host, 'shadow', 'jupyter-s1')).toMatch(/::$/)
  })

  test('of a thousand people are one call of sysusers, and one step for all homes', async () => {
    const host = machine()
    const people = want(Array.from({ length: 1000 }, (_, index) => student(index)))
    const steps = await settle(host, people)
    expect(steps.map((step) => (step.do === 'run' ? step.argv.join(' ') : step.do))).toEqual([
      'systemd-sysusers -',
      'homes',
    ])
    const [made] = steps as [CommandStep]
    expect(made.input?.split('\n')).toHaveLength(1001)
    expect(made.input).toContain('u jupyter-s7 20007 - /home/jupyter-s7 /bin/bash\n')
    expect(await plan(host, people)).toEqual([])
  })

  test('one more among a thousand is about that one only', async () => {
    const host = machine()
    const all = Array.from({ length: 1000 }, (_, index) => student(index))
    await settle(host, want(all))
    const old = all.map((person) => ({ ...person, fresh: false }))
    const steps = await settle(host, want([...old, student(1000)]))
    expect(steps).toMatchObject([
      { do: 'run', about: ['jupyter-s1000'] },
      { do: 'homes', homes: [{ home: '/home/jupyter-s1000' }] },
    ])
  })
})

/** How far the four files are written, in the order in which each program writes them. */
const KILLS: readonly [string, readonly string[]][] = [
  ['systemd-sysusers', ['group', 'gshadow', 'passwd', 'shadow']],
  ['useradd', ['passwd', 'shadow', 'group', 'gshadow']],
]

describe.each(KILLS)('%s, killed between the files', (_, files) => {
  test.each([0, 1, 2, 3, 4])('after %d of them, is made good by the next run', async (written) => {
    const [before, whole] = [machine(), machine()]
    const people = want([student(1), student(2)])
    await settle(whole, people)
    for (const file of files.slice(0, written)) {
      before.put(`/etc/${file}`, { text: whole.entries.get(`/etc/${file}`)?.text ?? '' })
    }
    await settle(before, people)
    expect(await plan(before, people)).toEqual([])
    for (const file of files) {
      for (const name of ['jupyter-s1', 'jupyter-s2']) expect(line(before, file, name)).toBeDefined()
    }
    expect(before.entries.get('/home/jupyter-s2')).toMatchObject({ mode: 0o700, uid: 20_002 })
  })
})

test('a run that was killed between homes makes the rest', async () => {
  const host = machine()
  const people = want([student(1), student(2)])
  await settle(host, people)
  host.entries.delete('/home/jupyter-s2')
  expect(await settle(host, people)).toMatchObject([{ do: 'homes', homes: [{ home: '/home/jupyter-s2' }] }])
  expect(await plan(host, people)).toEqual([])
})
