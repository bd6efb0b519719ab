import type { Command } from 'commander'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { program } from '../../src/cli/program.ts'
import { openSession, type Session } from '../../src/cli/session.ts'
import { DeniedError } from '../../src/errors.ts'
import type { Access } from '../../src/people/access.ts'
import { FakeHost } from '../support/fake-host.ts'
import { freshLedger, inLedgerFile, RANGE } from '../support/ledger-file.ts'

vi.mock(import('../../src/cli/context.ts'), async (original) =>
  (await import('../support/ledger-file.ts')).movedPaths(original),
)

const access = (role: Access['role'], groups: string[] = [], teaches: string[] = []): Access => ({
  role,
  groups,
  teaches,
})
const PEOPLE: Readonly<Record<string, Access>> = {
  ada: access('owner'),
  olga: access('operator'),
  tina: access('instructor', ['course'], ['course']),
  bob: access('user', ['course']),
  eve: access('user'),
}
const NAMES = Object.keys(PEOPLE)
const uidOf = (name: string): number => 20_000 + NAMES.indexOf(name)

let host: FakeHost
const environment = { ...process.env }

/** What commander makes of a command line. */
async function parsed(line: string): Promise<Command> {
  vi.stubEnv('SUDO_UID', undefined)
  const seen: Command[] = []
  const tree = program(() => undefined)
  const replace = (command: Command): void => {
    command.action((...all: unknown[]) => void seen.push(all.at(-1) as Command))
    command.commands.forEach(replace)
  }
  tree.commands.forEach(replace)
  await tree.parseAsync(line.split(' '), { from: 'user' })
  const [command] = seen
  if (command === undefined) throw new Error(`no command: ${line}`)
  return command
}

/** The session of somebody who says `sudo tljh LINE`; undefined for root itself. */
async function session(who: string | number | undefined, line: string): Promise<Session> {
  const command = await parsed(line)
  if (who !== undefined) vi.stubEnv('SUDO_UID', String(typeof who === 'number' ? who : uidOf(who)))
  vi.stubEnv('HTTPS_PROXY', 'http://proxy')
  return openSession(command, host)
}
const refused = async (who: string | number, line: string): Promise<string> =>
  session(who, line).then(
    () => 'allowed',
    (error: unknown) => (error instanceof DeniedError ? error.message : String(error)),
  )

beforeEach(() => {
  host = new FakeHost({
    '/etc/passwd': 'root:x:0:0::/root:/bin/sh\nmax:x:1000:1000::/home/max:/bin/sh\nodd:x:1001:995::/h:/s\n',
    '/etc/group': 'sudo:x:27:max\njupyterhub-operators:x:995:\njupyterhub-instructors:x:996:\n',
  })
  freshLedger(host, (ledger) => {
    for (const name of NAMES) ledger.ensure(name, RANGE)
    ledger.access.replace(new Map(Object.entries(PEOPLE)))
  })
})
// What is held back is taken out of the environment of this very process.
afterEach(() => void Object.assign(process.env, environment))

/** Only the ledger of root is read by root. */
describe.skipIf(process.getuid?.() !== 0)('a session', () => {
  test('of root has every right', async () => {
    const root = await session(undefined, 'user set bob --admin')
    expect(root.caller).toEqual({ kind: 'root' })
    await expect(root.guard()).resolves.toBeUndefined()
  })

  test('of somebody who is not root is left to what only root can do', async () => {
    const command = await parsed('user list')
    vi.spyOn(process, 'getuid').mockReturnValue(1000)
    vi.stubEnv('SUDO_UID', String(uidOf('bob')))
    expect((await openSession(command, host)).caller).toEqual({ kind: 'root' })
  })

  test('of an owner has every right, and their own environment', async () => {
    const { caller } = await session('ada', 'user set bob --admin')
    expect(caller).toMatchObject({ kind: 'person', name: 'ada', role: 'owner' })
    expect(process.env['HTTPS_PROXY']).toBe('http://proxy')
  })

  test('of others has none of the environment that they brought', async () => {
    await session('olga', 'user list')
    expect(process.env['HTTPS_PROXY']).toBeUndefined()
    expect(process.env['SUDO_UID']).toBe(String(uidOf('olga')))
    expect(process.env['PATH']).toBe(environment['PATH'])
  })

  test.each([
    ['olga', 'user lock bob eve --reason left', 'allowed'],
    ['olga', 'user password bob --slips -', 'allowed'],
    ['olga', 'roster apply - --name course', 'allowed'],
    ['olga', 'user lock ada --reason left', 'olga is an operator and may not use `tljh user lock` for ada'],
    ['olga', 'user password bob --slips /etc/cron.d/x', 'with a --slips other than -'],
    ['olga', 'user password bob --password-file /etc/shadow', 'other than -'],
    ['olga', 'roster apply /etc/shadow', 'with a file; - stands for the standard input'],
    ['olga', 'user add eve', 'may not use `tljh user add`'],
    ['olga', 'apply', 'may not use `tljh reconfigure`'],
    ['tina', 'user start bob', 'allowed'],
    ['tina', 'user start eve', 'tina is an instructor and may not use `tljh user start` for eve'],
    ['tina', 'user start nobody', 'may not use `tljh user start` for nobody'],
    ['tina', 'user start bob eve', 'for eve'],
    ['tina', 'group members course', 'allowed'],
    ['tina', 'group members lab', "for the group 'lab'"],
    ['bob', 'user list', 'bob is neither operator nor instructor'],
  ])('of %s: `tljh %s`: %s', async (who, line, outcome) => {
    expect(await refused(who, line)).toContain(outcome)
  })

  test.each([
    ['locked by hand', () => inLedgerFile((ledger) => ledger.lock('olga', 'owner', 'x'))],
    ['no longer named', () => inLedgerFile((ledger) => ledger.access.replace(new Map()))],
    ['taken off the machine', () => inLedgerFile((ledger) => ledger.setState('olga', 'gone'))],
  ])('of an operator who is %s is over', async (_, change) => {
    change()
    expect(await refused('olga', 'user list')).toContain('olga is locked and may not use tljh')
  })

  test('of an account that is nobody’s of the hub is root’s, by a rule of the machine’s own', async () => {
    expect((await session(1000, 'user list')).caller).toEqual({ kind: 'root' })
    expect((await session(4_000_000, 'user list')).caller).toEqual({ kind: 'root' })
  })

  test.each(['max', 'odd'])('of %s, who was put into a group of ours by hand, is refused', async (name) => {
    const line = `jupyterhub-operators:x:995:${name === 'max' ? 'max' : ''}\n`
    host.put('/etc/group', { text: `sudo:x:27:max\n${line}` })
    expect(await refused(name === 'max' ? 1000 : 1001, 'user list')).toContain(
      'is in the group jupyterhub-operators but is nobody',
    )
  })

  test('on a machine without a ledger knows nobody, and makes none', async () => {
    host = new FakeHost()
    expect((await session(20_001, 'user list')).caller).toEqual({ kind: 'root' })
    expect(host.performed).toEqual([])
  })
})

describe.skipIf(process.getuid?.() !== 0)('the second look, once nobody else changes the machine', () => {
  test.each([
    ['the right is gone', () => inLedgerFile((ledger) => ledger.access.replace(new Map()))],
    ['the caller is locked', () => inLedgerFile((ledger) => ledger.lock('olga', 'owner', 'x'))],
    [
      'the target is an owner now',
      () =>
        inLedgerFile((ledger) =>
          ledger.access.replace(new Map([...Object.entries(PEOPLE), ['bob', access('owner')]])),
        ),
    ],
    ['an owner has locked the target', () => inLedgerFile((ledger) => ledger.lock('bob', 'owner', 'x'))],
    ['the target has another name', () => inLedgerFile((ledger) => ledger.rename('bob', 'robert'))],
  ])('refuses when %s', async (_, change) => {
    const olga = await session('olga', 'user lock bob --reason left')
    await expect(olga.guard()).resolves.toBeUndefined()
    change()
    await expect(olga.guard()).rejects.toThrow(DeniedError)
  })
})
