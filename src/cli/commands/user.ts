/** `tljh user`: people who may log in. */
import { addToList } from '../../config/edit.ts'
import { parseConfig } from '../../config/load.ts'
import { UsageError } from '../../errors.ts'
import { access } from '../../hub/policy.ts'
import type { Access } from '../../people/policy.ts'
import { configFile } from '../config-file.ts'
import { PATHS } from '../context.ts'
import type { Context } from '../context.ts'
import { nameRule, readConfig, readConfigText, readInputs } from '../machine.ts'
import { givePassword, nameArgument, passwordFromFile, withLedger } from '../people.ts'
import { alone, needRoot, settle } from '../settle.ts'

/** A password that is shown this once. */
interface Given {
  readonly name: string
  readonly password: string | undefined
}

function show({ output }: Context, given: readonly Given[]): void {
  if (output.json) return output.object({ people: given })
  for (const { name, password } of given) {
    if (password === undefined)
      output.line(`${name} has a password already; for a new one: sudo tljh user password ${name}`)
    else output.line(`${name}  one-time password: ${output.strong(password)}`)
  }
}

/** Adds people to the config, settles the machine, and gives a one-time password to everybody who has none. */
export async function userAdd(
  context: Context,
  given: readonly string[],
  options: { admin?: boolean },
): Promise<void> {
  const names = given.map(nameArgument)
  await alone('tljh user add', async () => {
    const { host } = context
    const list = ['users', options.admin === true ? 'admin' : 'allowed']
    const text = addToList(await readConfigText(host), list, names)
    const config = parseConfig(text, PATHS.config, nameRule)
    const banned = names.filter((name) => config.users.banned.includes(name))
    if (banned.length > 0)
      throw new UsageError(`users.banned in ${PATHS.config} has ${banned.join(', ')}: take them out first`)
    const { hub } = await import('../../hub/hub.ts')
    await settle(context, hub(config, await readInputs(host), [configFile(text)]))
    const people = await withLedger(host, (ledger, range) =>
      names.map((name): Given => {
        ledger.ensure(name, range)
        return {
          name,
          password: ledger.password(name) === undefined ? givePassword(ledger, name) : undefined,
        }
      }),
    )
    show(context, people)
  })
}

const ROLES = { none: 'may not log in', admin: 'administrator', user: '' } as const

function roleOf(entry: Access | undefined): keyof typeof ROLES {
  if (entry === undefined) return 'none'
  return entry.admin ? 'admin' : 'user'
}

/** Everybody who may log in, and everybody the ledger knows. */
export async function userList({ host, output }: Context): Promise<void> {
  needRoot('tljh user list')
  const allowed = access(await readConfig(host))
  const known = await withLedger(
    host,
    (ledger) => new Map(ledger.list().map((person) => [person.hubName, person])),
  )
  const people = [...new Set([...allowed.keys(), ...known.keys()])].toSorted().map((name) => ({
    name,
    unix: known.get(name)?.unixName ?? null,
    role: roleOf(allowed.get(name)),
    groups: allowed.get(name)?.groups ?? [],
  }))
  if (output.json) return output.object(people)
  if (people.length === 0) return output.line('Nobody yet. To add somebody: sudo tljh user add NAME')
  const width = Math.max(...people.map(({ name }) => name.length)) + 2
  for (const { name, unix, role, groups } of people) {
    const words = [ROLES[role], groups.join(', ')].filter((word) => word !== '').join('; ')
    output.line(`${name.padEnd(width)}${(unix ?? '(no account yet)').padEnd(34)}${words}`.trimEnd())
  }
}

/** A new one-time password, printed once; with a file, the password in its first line. */
export async function userPassword(
  context: Context,
  text: string,
  options: { passwordFile?: string },
): Promise<void> {
  const name = nameArgument(text)
  const { host, output } = context
  const { passwordFile } = options
  needRoot('tljh user password')
  const chosen = passwordFile === undefined ? undefined : await passwordFromFile(host, passwordFile, name)
  await alone('tljh user password', async () => {
    if (access(await readConfig(host)).get(name) === undefined) {
      throw new UsageError(`${name} may not log in; to add them: sudo tljh user add ${name}`)
    }
    const password = await withLedger(host, (ledger, range) => {
      ledger.ensure(name, range)
      return givePassword(ledger, name, chosen)
    })
    if (password !== undefined) return show(context, [{ name, password }])
    if (output.json) output.object({ people: [{ name }] })
    else output.line(`${name} has the password from ${passwordFile ?? ''}.`)
  })
}
