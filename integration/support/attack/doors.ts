/** The four doors at which a name is asked: each tells what came of every name, in the order of the names. */
import { writeFile } from 'node:fs/promises'

import { tljh } from '../administrator.ts'
import { Client } from '../client.ts'
import { knockFrom } from '../login.ts'
import type { Machine } from '../machine.ts'
import { serverEnvironment } from './environment.ts'
import { many } from './many.ts'

/** A name as text, or bytes that are no text. */
export type Name = string | Uint8Array

export const isText = (name: Name): name is string => typeof name === 'string'

/** Everything that would show a page that took a name for something else. */
const FOOLED = /<script>alert\(1\)|<img src=x|value="49"/

/** Tries each name in the login form. @returns status and red line of the page; what else is wrong with the answer */
export async function atTheLogin(machine: Machine, names: readonly Name[]): Promise<readonly string[]> {
  const visitor = new Client(machine.url)
  const seen: string[] = []
  for (const name of names) {
    const { status, message, page } = await knockFrom(visitor, name, 'correct horse battery')
    const headers = [...page.headers].flat().join(' ')
    const wrong = [
      ...(FOOLED.test(page.text) ? ['the page is fooled'] : []),
      ...(/forged|jupyterhub-hub-login/.test(headers) ? ['the headers are fooled'] : []),
    ]
    seen.push([status, message, ...wrong].join(' '))
  }
  return seen
}

const VERBS = ['start', 'stop', 'status'] as const

function lineOf(name: Name, at: number): Buffer {
  const verb = VERBS[at % VERBS.length]
  const request = verb === 'start' ? { verb, env: serverEnvironment('ada') } : { verb }
  if (isText(name)) return Buffer.from(`${JSON.stringify({ ...request, name })}\n`)
  const [start = '', end = ''] = JSON.stringify({ ...request, name: 'BYTES' }).split('BYTES')
  return Buffer.concat([Buffer.from(start), name, Buffer.from(`${end}\n`)])
}

/** Sends each name to the helper, as the hub does. @returns code and message of the refusals */
export async function atTheHelper(machine: Machine, names: readonly Name[]): Promise<readonly string[]> {
  const { answers } = await many(machine, { lines: names.map(lineOf) })
  return answers.map(({ ok, error, message }) => (ok ? 'taken' : `${error} ${message}`))
}

/** Gives each name to `tljh user add`. @returns exit code and what was said; undefined where an argument cannot carry it */
export async function onTheCommandLine(
  machine: Machine,
  names: readonly Name[],
): Promise<readonly (string | undefined)[]> {
  const possible = names.filter((name) => !Buffer.from(name).includes(0))
  const commands = possible.map((name) => ['tljh', 'user', 'add', '--', name])
  const done = (await many(machine, { commands })).commands
  const said = new Map(possible.map((name, at) => [name, done[at]]))
  return names.map((name) => {
    const result = said.get(name)
    return result && `${result.code} ${result.stdout}${result.stderr}`
  })
}

/** A name in double quotes of YAML: what is not plain ASCII escaped, bytes that are no text as they are. */
function quoted(name: Name): Buffer {
  const characters = Array.from(isText(name) ? name : Buffer.from(name).toString('latin1'), (character) => {
    const code = character.codePointAt(0) ?? 0
    if (code >= 0x20 && code <= 0x7e) return '"\\'.includes(character) ? `\\${character}` : character
    return isText(name) ? `\\U${code.toString(16).padStart(8, '0')}` : character
  })
  return Buffer.from(`"${characters.join('')}"`, 'latin1')
}

const LISTS = ['admin', 'allowed', 'banned', 'operators'] as const

/** Writes a config.yaml with one name a line, in every list of people, and has it checked. @returns exit code and mistakes */
export async function inTheConfig(
  machine: Machine,
  names: readonly Name[],
): Promise<{ code: number; mistakes: readonly (string | undefined)[]; others: readonly string[] }> {
  const file = '/root/names.yaml'
  const of = (list: number): Name[] => names.filter((_, at) => at % LISTS.length === list)
  const texts = LISTS.flatMap((list, at) => [
    Buffer.from(`  ${list}:\n`),
    ...of(at).flatMap((name) => [Buffer.from('    - '), quoted(name), Buffer.from('\n')]),
  ])
  await writeFile(machine.path(file), Buffer.concat([Buffer.from('users:\n'), ...texts]))
  const { code, stdout, stderr } = await tljh(machine, 'config', 'check', file)
  const told = (stdout + stderr)
    .replace(/^error: /, '')
    .trimEnd()
    .split('\n')
  const places = names.map((_, at) => `users.${LISTS[at % LISTS.length]}.${Math.floor(at / LISTS.length)}: `)
  const found = places.map((place) =>
    told.find((line) => line.startsWith(file) && line.includes(`:7: ${place}`)),
  )
  const others = told.filter((line) => line !== '' && !found.includes(line))
  return { code, mistakes: found.map((line, at) => line?.split(`:7: ${places[at]}`)[1]), others }
}
