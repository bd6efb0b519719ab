/** What an administrator does on an installed machine: `tljh`, config.yaml, people and their passwords. */
import { readFile, writeFile } from 'node:fs/promises'

import { parseDocument } from 'yaml'

import type { CommandResult } from '../../src/host/host.ts'
import { Client } from './client.ts'
import type { Machine } from './machine.ts'

/** A password that the people of the tests choose. */
export const CHOSEN = 'correct horse battery'

const CONFIG = '/opt/tljh/config/config.yaml'
const RECONFIGURE_MS = 120_000

/** Runs the command line tool as root; a failing one is a result. */
export async function tljh(machine: Machine, ...words: readonly string[]): Promise<CommandResult> {
  return machine.run(['tljh', ...words], { timeoutMs: RECONFIGURE_MS })
}

interface Given {
  readonly people: readonly { readonly name: string; readonly password?: string }[]
}

/** Adds people in one call. @returns their one-time passwords in the same order @throws Error when one has none */
export async function addPeople(
  machine: Machine,
  names: readonly string[],
  ...options: readonly string[]
): Promise<readonly string[]> {
  const argv = ['tljh', '--json', 'user', 'add', ...options, ...names]
  const { people } = JSON.parse(await machine.ok(argv, { timeoutMs: RECONFIGURE_MS })) as Given
  return people.map(({ name, password }) => {
    if (password === undefined) throw new Error(`no one-time password for ${name}`)
    return password
  })
}

/** Adds people who come in and choose a password. @returns them logged in, in the same order */
export async function addAndEnter(
  machine: Machine,
  names: readonly string[],
  ...options: readonly string[]
): Promise<readonly Client[]> {
  const passwords = await addPeople(machine, names, ...options)
  const people: Client[] = []
  for (const [at, name] of names.entries()) {
    const client = new Client(machine.url)
    await client.enter(name, passwords[at] ?? '', CHOSEN)
    people.push(client)
  }
  return people
}

/** Adds one person who comes in and chooses a password. @returns them logged in */
export async function newcomer(
  machine: Machine,
  name: string,
  ...options: readonly string[]
): Promise<Client> {
  const [client] = await addAndEnter(machine, [name], ...options)
  if (client === undefined) throw new Error(`${name} was not added`)
  return client
}

/** Gives people the password CHOSEN, as an administrator does it from a file. */
export async function setPasswords(machine: Machine, names: readonly string[]): Promise<void> {
  await machine.sh(
    `umask 077; echo '${CHOSEN}' >/root/chosen
    for name in ${names.join(' ')}; do tljh user password $name --password-file /root/chosen >/dev/null; done`,
    { timeoutMs: RECONFIGURE_MS },
  )
}

/** A value of config.yaml under its dotted key; undefined takes the key away. */
export type Settings = Readonly<Record<string, unknown>>

/** Edits config.yaml and settles the machine. @throws Error with the output when that fails */
export async function reconfigure(machine: Machine, settings: Settings): Promise<void> {
  const file = machine.path(CONFIG)
  const document = parseDocument(await readFile(file, 'utf8'))
  for (const [key, value] of Object.entries(settings)) {
    if (value === undefined) document.deleteIn(key.split('.'))
    else document.setIn(key.split('.'), document.createNode(value))
  }
  await writeFile(file, document.toString())
  await machine.ok(['tljh', 'reconfigure'], { timeoutMs: RECONFIGURE_MS })
}
