/** `tljh install`: a bare server to a running JupyterHub; again, to nothing to do. */
import { addToList, setValue } from '../../config/edit.ts'
import { parseConfig } from '../../config/load.ts'
import type { Config } from '../../config/schema.ts'
import { HostError, UsageError } from '../../errors.ts'
import { showFindings, worst } from '../../preflight/preflight.ts'
import { addressOf, hostAddress } from '../address.ts'
import { inLedger } from '../census.ts'
import { configFile } from '../config-file.ts'
import { PATHS } from '../context.ts'
import type { Context } from '../context.ts'
import { nameRule } from '../machine.ts'
import { acceptable, givePassword, nameArgument, passwordFromFile } from '../people.ts'
import { readRosters } from '../rosters.ts'
import { settleServer } from '../server.ts'
import { alone } from '../settle.ts'
import { findingsFor } from './check.ts'

export interface InstallOptions {
  readonly admin: readonly string[]
  readonly adminPasswordFile?: string
  readonly port?: string
  readonly showAddress?: string
}

/** There when an installation came to its end: until then nobody may have seen the one-time password. */
const INSTALLED = '/opt/tljh/state/installed'

interface Admin {
  readonly name: string
  readonly password: string | undefined
}

/** `NAME`, or `NAME:PASSWORD` as The Littlest JupyterHub has it. */
function parseAdmin(context: Context, text: string): Admin {
  const at = text.indexOf(':')
  if (at < 0) return { name: nameArgument(text), password: undefined }
  context.output.warn(
    'a password on the command line is seen by everybody on this machine; better: --admin-password-file FILE',
  )
  const name = nameArgument(text.slice(0, at))
  return { name, password: acceptable(text.slice(at + 1), name) }
}

async function admins(context: Context, { admin, adminPasswordFile }: InstallOptions): Promise<Admin[]> {
  const parsed = admin.map((text) => parseAdmin(context, text))
  if (adminPasswordFile === undefined) return parsed
  const [first, second] = parsed
  if (first === undefined || second !== undefined) {
    throw new UsageError('--admin-password-file is for exactly one --admin')
  }
  return [{ name: first.name, password: await passwordFromFile(context.host, adminPasswordFile, first.name) }]
}

const FIRST = `# Who may use this JupyterHub, and how. After a change: sudo tljh reconfigure
# All keys with their meaning: tljh config keys
`

function portOption(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new UsageError(`--port: expected 1 to 65535, found ${text}`)
  return port
}

/** config.yaml as it will be: what is there, with what the options add. @throws UsageError when nobody administers; ConfigError */
async function configText(
  { host }: Context,
  people: readonly Admin[],
  options: InstallOptions,
): Promise<string> {
  const found = await host.readFile(PATHS.config)
  // Only a text without mistakes can be edited.
  if (found !== undefined) parseConfig(found, PATHS.config, nameRule)
  if (found === undefined && people.length === 0) {
    throw new UsageError(
      'who administers this hub? Say it with --admin NAME, for example: sudo ./bootstrap.sh --admin ada',
    )
  }
  const names = people.map(({ name }) => name)
  const named = addToList(found ?? FIRST, ['users', 'admin'], names)
  return options.port === undefined ? named : setValue(named, ['http', 'port'], portOption(options.port))
}

async function preflightFirst(context: Context, config: Config): Promise<void> {
  const { output, yes } = context
  const findings = await findingsFor(context, config)
  const level = worst(findings)
  if (level === 'ok') return
  output.note(showFindings(findings))
  if (level === 'stop') throw new HostError('this machine cannot be set up as it is; nothing was changed')
  if (level === 'ask' && !yes) throw new HostError('to go on all the same, add --yes; nothing was changed')
}

interface Given {
  readonly name: string
  readonly oneTime: string | undefined
}

/** Sets passwords: those given, and one-time ones where nobody has seen one yet. */
async function passwords({ host }: Context, people: readonly Admin[]): Promise<Given[]> {
  const finished = (await host.lstat(INSTALLED)) !== undefined
  return inLedger(host, (ledger) =>
    people.map(({ name, password }) => {
      const has = ledger.passwords.find(name)
      const unseen = has === undefined || (has.oneTime && !finished)
      const give = password !== undefined || unseen
      return { name, oneTime: give ? givePassword(ledger, name, password) : undefined }
    }),
  )
}

function tell(
  { output }: Context,
  changed: number,
  result: { address: string; given: readonly Given[] },
): void {
  const { address, given } = result
  if (output.json) {
    const people = given.map(({ name, oneTime }) => ({ name, oneTimePassword: oneTime ?? null }))
    return output.object({ changed, address, admins: people })
  }
  output.line(changed === 0 ? 'Nothing to change.' : `Done: ${changed} changed.`)
  output.line(`Address:  ${output.strong(address)}`)
  for (const { name, oneTime } of given) {
    if (oneTime === undefined) continue
    output.line(`Name:     ${name}`)
    output.line(
      `One-time password: ${output.strong(oneTime)}   (shown only now; you choose your own when you log in)`,
    )
  }
}

/** Installs, or settles an installation. @throws every kind of error, each before or between whole steps */
export async function installCommand(context: Context, options: InstallOptions): Promise<void> {
  await alone(context, 'tljh install', async () => {
    const { host } = context
    const people = await admins(context, options)
    const text = await configText(context, people, options)
    const config = parseConfig(text, PATHS.config, nameRule)
    await preflightFirst(context, config)
    const rosters = await readRosters(host)
    const changes = await settleServer(context, { config, rosters, own: [configFile(text)] })
    const given = await passwords(context, people)
    const address = options.showAddress ?? addressOf(config, await hostAddress(host))
    tell(context, changes.length, { address, given })
    if ((await host.lstat(INSTALLED)) === undefined && (await context.output.delivered())) {
      await host.perform({
        do: 'write',
        path: INSTALLED,
        text: '',
        mode: 0o600,
        owner: 'root',
        group: 'root',
      })
    }
  })
}
