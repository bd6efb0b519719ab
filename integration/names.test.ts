/** Names, however hostile: the login, the helper, the command line and the config give one answer, and a refusal changes nothing. */
import { expect } from 'vitest'

import { escapeName, unixName } from '../src/people/names.ts'
import { addAndEnter, CHOSEN, tljh } from './support/administrator.ts'
import { atTheHelper, atTheLogin, inTheConfig, isText, onTheCommandLine } from './support/attack/doors.ts'
import { many } from './support/attack/many.ts'
import { goodNames, hostileNames, SHOWN } from './support/attack/names.ts'
import { Client } from './support/client.ts'
import { files, starts } from './support/installation.ts'
import { wholeLedger } from './support/ledger.ts'
import { type Machine, machineTest } from './support/machine.ts'
import { someAtOnce } from './support/some-at-once.ts'

const test = machineTest({ image: 'installed' })
const SLOW = { timeout: 300_000 }

const hostile = hostileNames.map(([, name]) => name)

/** Everything that a name could have touched: accounts, rights, homes, units, our own files. */
async function everything(machine: Machine): Promise<string> {
  const rest = await machine.sh(
    `sha256sum /etc/passwd /etc/group /etc/shadow /etc/gshadow /etc/sudoers /etc/sudoers.d/*; cat /etc/subuid /etc/subgid
    find /home /run/systemd/system /run/tljh -printf '%p %y %m %u:%g %l\\n' | grep -v '^/run/tljh/lock/' | sort
    ls -A / /var/lib /var/spool/cron; systemctl list-units --all --plain --no-legend --full | awk '$1 !~ /jupyterhub.*helper|run-u/ {print $1, $3}'`,
  )
  return [await files(machine), await starts(machine), rest, wholeLedger(machine)].join('\n')
}

/** How a refusal begins, with the name as it is shown everywhere; bytes that are no text become U+FFFD. */
const refusalOf = (name: string | Uint8Array): string =>
  `the name '${escapeName(isText(name) ? name : new TextDecoder().decode(name))}' `

test(
  'a hostile name is refused at four doors with one answer, and changes nothing',
  SLOW,
  async ({ machine }) => {
    expect(hostile.length).toBeGreaterThanOrEqual(60)
    const before = await everything(machine)
    const [login, helper, cli, config] = await Promise.all([
      atTheLogin(machine, hostile),
      atTheHelper(machine, hostile),
      onTheCommandLine(machine, hostile),
      inTheConfig(machine, hostile),
    ])
    expect.soft({ code: config.code, others: config.others }).toEqual({ code: 78, others: [] })
    for (const [at, [what, name]] of hostileNames.entries()) {
      const reason = config.mistakes[at] ?? 'none'
      expect.soft(reason, what).toMatch(/^[ -~]+…?[ -~]+$/)
      expect.soft(reason.startsWith(refusalOf(name)), `${what}: ${reason}`).toBe(true)
      expect.soft({ what, login: login[at], helper: helper[at], cli: cli[at] }).toEqual({
        what,
        login: '403 Invalid username or password',
        helper: isText(name) ? `bad-name ${reason}` : 'bad-request the request is not JSON in UTF-8',
        cli: isText(name) && name.includes('\0') ? undefined : `64 error: ${reason}\n`,
      })
    }
    expect(await everything(machine)).toBe(before)
  },
)

/** What was said, one entry a line of the journal: text, or a list of bytes for what is no plain text. */
async function journal(machine: Machine, ...of: readonly string[]): Promise<readonly string[]> {
  const said = await machine.ok(['journalctl', '--no-pager', '--quiet', '--all', '--output=json', ...of])
  const lines = said.trim().split('\n')
  return lines.map((line) => (JSON.parse(line) as { MESSAGE: string | number[] }).MESSAGE).map(String)
}

test('the journals show hostile names escaped, and no line is forged', SLOW, async ({ machine }) => {
  const [hub, helper, all] = await Promise.all([
    journal(machine, '--unit=jupyterhub.service'),
    journal(machine, '--identifier=tljh-helper'),
    journal(machine),
  ])
  expect([...hub, ...helper].filter((line) => !/^[ -~…]*$/.test(line))).toEqual([])
  expect(all.filter((line) => /^(forged|bob:x:|\[W 2026-11-22 09:00:00)|[\u202E\u2066]/.test(line))).toEqual(
    [],
  )
  const unseen = hostile.filter(isText).filter((name) => {
    const shown = ` '${escapeName(name)}'`
    return (
      !hub.some((line) => line.endsWith(shown)) || !helper.some((line) => line.includes(`${shown}: bad-name`))
    )
  })
  expect(unseen).toEqual([])
  for (const [name, shown] of SHOWN) {
    expect.soft(hostile).toContain(name)
    expect.soft(hub.join('\n')).toContain(`Not a name, so no password was looked at: '${shown}'`)
    expect.soft(helper.join('\n')).toContain(`'${shown}': bad-name: the name '${shown}' `)
  }
})

interface Given {
  readonly people: readonly { readonly name: string; readonly password: string }[]
}

test('odd names that are names get one account each, the same at every door', SLOW, async ({ machine }) => {
  const typed = goodNames.map(([name]) => name)
  const names = goodNames.map(([name, , normal = name]) => normal)
  const accounts = goodNames.map(([, unix]) => unix)
  expect(await inTheConfig(machine, names)).toMatchObject({
    code: 0,
    others: [`/root/names.yaml: no mistakes`],
  })
  // The config is what everybody reads: it has names in normal form only, and says which that is.
  const { mistakes } = await inTheConfig(machine, typed)
  expect(mistakes.filter((mistake) => mistake !== undefined)).toEqual(
    names.flatMap((name, at) =>
      name === typed[at] ? [] : [`write it as ${name}: this is how it is used everywhere`],
    ),
  )

  const given = JSON.parse(await machine.ok(['tljh', '--json', 'user', 'add', ...typed])) as Given
  expect(given.people.map(({ name }) => name)).toEqual(names)
  expect((await tljh(machine, 'plan', '--check')).code, 'config.yaml says the same').toBe(0)
  const list = JSON.parse(await machine.ok(['tljh', '--json', 'user', 'list'])) as {
    name: string
    unix: string
  }[]
  const unix = new Map(list.map((person) => [person.name, person.unix]))
  expect(names.map((name) => unix.get(name))).toEqual(accounts)
  const homes = await machine.sh(`cd /home; stat -c '%n %a %U %G' ${accounts.join(' ')}`)
  expect(homes.trimEnd().split('\n')).toEqual(accounts.map((name) => `${name} 700 ${name} ${name}`))

  const lines = typed.map((name) => `${JSON.stringify({ verb: 'status', name })}\n`)
  const { answers } = await many(machine, { lines })
  expect(answers.map((answer) => answer['unit'])).toEqual(
    accounts.map((name) => `jupyter@${name.slice('jupyter-'.length)}.service`),
  )

  const seen = await someAtOnce(given.people, 4, async ({ password }, at) => {
    const person = new Client(machine.url)
    await person.enter(typed[at] ?? '', password, CHOSEN)
    return (JSON.parse((await person.api('GET', 'user')).text) as { name: string }).name
  })
  expect(seen).toEqual(names)
})

/** Two names that TLJH would give one unix account: 20 bits of a hash meet after some hundred tries. */
function twins(): readonly [string, string] {
  const seen = new Map<string, string>()
  for (let number = 0; ; number += 1) {
    const name = `collision-of-names-${number}`
    const other = seen.get(unixName(name))
    if (other !== undefined) return [other, name]
    seen.set(unixName(name), name)
  }
}

test('H7: two names with the same hash are two accounts', SLOW, async ({ machine }) => {
  const [first, second] = twins()
  expect(unixName(first)).toBe(unixName(second))
  const people = await addAndEnter(machine, [first, second])
  const accounts = await Promise.all(
    people.map(async (person) => {
      await person.spawn()
      const kernel = await person.kernel()
      const { output } = await kernel.shell('touch ~/mine; id -u; id -un; stat -c %u ~; ls ~ | wc -l; echo ~')
      kernel.close()
      return output.trim().split('\n')
    }),
  )
  for (const [uid, , owner, count] of accounts) expect([owner, count]).toEqual([uid, '1'])
  const names = [unixName(first), unixName(second, 8)]
  expect(accounts.map(([, name]) => name)).toEqual(names)
  expect(accounts.map((account) => account.at(-1))).toEqual(names.map((name) => `/home/${name}`))
  expect(new Set(accounts.map(([uid]) => uid)).size).toBe(2)
  await Promise.all(people.map(async (person) => person.stopServer()))
  expect(await tljh(machine, 'user', 'add', second, first)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`${second} has a password already`),
  })
})
