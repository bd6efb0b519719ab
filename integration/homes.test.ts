/** Homes: closed to others from the first moment, and never one that was there before. */
import { expect } from 'vitest'

import { addPeople, newcomer, tljh } from './support/administrator.ts'
import { changeLedger, wholeLedger } from './support/ledger.ts'
import { type Machine, machineTest } from './support/machine.ts'
import { askForServer, startEvents } from './support/starts.ts'
import { until } from './support/until.ts'

const test = machineTest({ image: 'installed' })
const SLOW = { timeout: 300_000 }

/** Looks at paths all the time until a file appears; prints every owner and mode that it saw of each, as JSON. */
const WATCH = `
import json, os, sys
begun, end, *paths = sys.argv[1:]
seen = {path: set() for path in paths}
open(begun, 'w').close()
while not os.path.exists(end):
    for path in paths:
        try:
            state = os.lstat(path)
            seen[path].add(f"{state.st_uid}:{state.st_mode & 0o7777:o}")
        except FileNotFoundError:
            seen[path].add("none")
print(json.dumps({path: sorted(states) for path, states in seen.items()}))
`

type Seen = Readonly<Record<string, readonly string[]>>

/** Watches paths while the work goes on. */
async function watched(
  machine: Machine,
  paths: readonly string[],
  work: () => Promise<unknown>,
): Promise<Seen> {
  await machine.ok(['rm', '-f', '/run/watching', '/run/watched'])
  const argv = ['python3', '-c', WATCH, '/run/watching', '/run/watched', ...paths]
  const watch = machine.ok(argv, { timeoutMs: 200_000 })
  await until(
    async () => (await machine.run(['test', '-e', '/run/watching'])).code,
    (code) => code === 0,
  )
  try {
    await work()
  } finally {
    await machine.ok(['touch', '/run/watched'])
  }
  return JSON.parse(await watch) as Seen
}

const homeOf = (name: string): string => `/home/jupyter-${name}`
const asideOf = (name: string): string => `/home/.tljh-new-${name}`

async function uidOf(machine: Machine, name: string): Promise<string> {
  return (await machine.ok(['id', '-u', `jupyter-${name}`])).trim()
}

/** A home is its owner's alone, or not there; where it is made is root's alone. */
async function expectClosed(machine: Machine, seen: Seen, name: string): Promise<void> {
  const own = `${await uidOf(machine, name)}:700`
  expect.soft(seen[homeOf(name)]).toEqual([own, 'none'].toSorted())
  expect
    .soft(['0:700', 'none'])
    .toEqual(expect.arrayContaining([...(seen[asideOf(name)] ?? ['not watched'])]))
}

test('twenty homes are never open to others, not even while they are made', SLOW, async ({ machine }) => {
  const names = Array.from({ length: 20 }, (_, at) => `pupil${at + 1}`)
  const paths = names.flatMap((name) => [homeOf(name), asideOf(name)])
  const seen = await watched(machine, paths, async () => addPeople(machine, names))
  for (const name of names) await expectClosed(machine, seen, name)
  expect(await machine.ok(['ls', '-A', '/home'])).not.toContain('.tljh-new')
  // What every home begins with is its owner's too.
  const strange = `for name in ${names.join(' ')}; do find /home/jupyter-$name ! -user jupyter-$name -o ! -group jupyter-$name; done`
  expect(await machine.sh(strange)).toBe('')
  expect(await machine.sh(`ls -A ${homeOf('pupil7')}`)).toBe(await machine.sh('ls -A /etc/skel'))
})

test('the helper makes a home that a killed command left out, closed as well', SLOW, async ({ machine }) => {
  const gil = await newcomer(machine, 'gil')
  // As `kill -9` leaves it between the ledger and the account.
  await machine.sh('userdel jupyter-gil; rm -r /home/jupyter-gil')
  changeLedger(machine, `UPDATE people SET state = 'new' WHERE hub_name = ?`, 'gil')
  const seen = await watched(machine, [homeOf('gil'), asideOf('gil')], async () => gil.spawn())
  await expectClosed(machine, seen, 'gil')
  expect(await machine.ok(['ls', '-A', '/home'])).not.toContain('.tljh-new')
  await gil.stopServer()
})

test(
  'an account or a home that is gone is told, and no other is made in its place',
  SLOW,
  async ({ machine }) => {
    const otto = await newcomer(machine, 'otto')
    const before = await machine.sh('getent passwd jupyter-otto; stat -c "%u %i" /home/jupyter-otto')
    const expectRefused = async (says: string): Promise<void> => {
      await askForServer(otto)
      const last = (await startEvents(otto)).at(-1)
      expect(last).toMatchObject({ failed: true, message: expect.stringContaining(says) })
      expect((await otto.request('/hub/spawn-pending/otto')).text).toContain(says)
    }
    await machine.sh('mv /home/jupyter-otto /root/of-otto')
    await expectRefused('the home /home/jupyter-otto is missing; is its disk mounted?')
    expect((await tljh(machine, 'plan', '--check')).code, 'a home is not made a second time').toBe(0)
    expect((await machine.run(['test', '-e', '/home/jupyter-otto'])).code).toBe(1)
    await machine.sh('mv /root/of-otto /home/jupyter-otto')

    await machine.sh('userdel jupyter-otto')
    await expectRefused('the account jupyter-otto is gone although the ledger has it')
    await machine.ok(['tljh', 'reconfigure'])
    expect(await machine.sh('getent passwd jupyter-otto; stat -c "%u %i" /home/jupyter-otto')).toBe(before)
    await otto.spawn()
    await otto.stopServer()
  },
)

/** What may be in the way of an account, as commands that put it there and the start of the sentence about it. */
const IN_THE_WAY: Readonly<Record<string, readonly [make: string, says: string]>> = {
  hanna: ['mkdir /home/jupyter-hanna', '/home/jupyter-hanna is there already'],
  ida: [
    'mkdir -m 777 /home/jupyter-ida; chown nobody: /home/jupyter-ida',
    '/home/jupyter-ida is there already',
  ],
  jan: ['echo mine >/home/jupyter-jan', '/home/jupyter-jan is there already'],
  karl: ['ln -s /root /home/jupyter-karl', '/home/jupyter-karl is there already'],
  lena: ['ln -s /nowhere /home/jupyter-lena', '/home/jupyter-lena is there already'],
  mona: ['mkfifo /home/jupyter-mona', '/home/jupyter-mona is there already'],
  nora: ['useradd --create-home jupyter-nora', 'the account jupyter-nora is on this machine already'],
  olaf: ['useradd --system jupyter-olaf', 'the account jupyter-olaf is on this machine already'],
  pete: ['groupadd --gid 1700 jupyter-pete', 'the group jupyter-pete has gid 1700'],
}

test('what is in the way is named at once, and left alone', SLOW, async ({ machine }) => {
  const names = Object.keys(IN_THE_WAY)
  const quinn = await newcomer(machine, 'quinn')
  await machine.sh(
    Object.values(IN_THE_WAY)
      .map(([make]) => make)
      .join('\n'),
  )
  const look = async (): Promise<string> =>
    machine.sh(`sha256sum /etc/passwd /etc/group /etc/shadow /etc/gshadow /opt/tljh/config/config.yaml
      find /home -maxdepth 1 -printf '%p %y %u %m %T@ %l\\n' | sort`)
  const before = { files: await look(), ledger: wholeLedger(machine) }
  const refused = await tljh(machine, 'user', 'add', ...names, 'rita')
  expect(refused).toMatchObject({ code: 69, stdout: '' })
  const told = refused.stderr
    .replace(/^error: /, '')
    .trimEnd()
    .split('\n')
  expect(told.toSorted()).toEqual(Object.values(IN_THE_WAY).map(([, says]) => expect.stringContaining(says)))
  expect(told.find((line) => line.includes('jupyter-nora'))).toContain(
    'sudo tljh user adopt nora --unix jupyter-nora',
  )
  expect({ files: await look(), ledger: wholeLedger(machine) }).toEqual(before)

  // Others are not held up by it, now or later.
  await quinn.spawn()
  await quinn.stopServer()
  await machine.sh('rm /home/jupyter-lena')
  const lena = await newcomer(machine, 'lena')
  await lena.spawn()
  await lena.stopServer()
})
