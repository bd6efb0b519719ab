/** Reads what the hub is worked out from: config, machine, ledger, this release. */
import { randomBytes } from 'node:crypto'

import { loadAssets, RELEASE } from '../assets.ts'
import { parseConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { HostError } from '../errors.ts'
import { membersOf } from '../host/account-files.ts'
import type { Reader } from '../host/host.ts'
import type { Inputs, KnownPerson, Machine } from '../hub/inputs.ts'
import { openLedger } from '../people/ledger.ts'
import { parseHubName } from '../people/names.ts'
import { parsePolicy } from '../people/policy.ts'
import { machineFacts } from '../preflight/facts.ts'
import type { Wanted } from '../resources/resource.ts'
import { PATHS } from './context.ts'

/** What is wrong with a hub name in the config; undefined when it is right and in its normal form. */
export function nameRule(text: string): string | undefined {
  const parsed = parseHubName(text)
  if (!parsed.ok) return parsed.reason
  return parsed.name === text ? undefined : `write it as ${parsed.name}: this is how it is used everywhere`
}

async function textAndConfig(reader: Reader, path: string): Promise<{ text: string; config: Config }> {
  const text = await reader.readFile(path)
  if (text === undefined) {
    throw new HostError(`there is no ${path}; \`tljh install --admin NAME\` writes one`)
  }
  return { text, config: parseConfig(text, path, nameRule) }
}

/** Reads config.yaml. @throws ConfigError; HostError when there is none */
export async function readConfig(reader: Reader, path: string = PATHS.config): Promise<Config> {
  return (await textAndConfig(reader, path)).config
}

/** The text of config.yaml, which has no mistakes and so can be edited. @throws ConfigError; HostError when there is none */
export async function readConfigText(reader: Reader): Promise<string> {
  return (await textAndConfig(reader, PATHS.config)).text
}

/** Who is in the ledger; nobody while there is no ledger. */
export async function knownPeople(reader: Reader): Promise<readonly KnownPerson[]> {
  if ((await reader.lstat(PATHS.ledger)) === undefined) return []
  const ledger = openLedger(PATHS.ledger)
  try {
    return ledger.list().map(({ hubName, unixName }) => ({ name: hubName, unix: unixName }))
  } finally {
    ledger.close()
  }
}

/** The extra groups of a policy; none of a damaged one, which this run writes again. */
function managedGroups(policy: string): readonly string[] {
  try {
    return parsePolicy(policy).managedGroups
  } catch {
    return []
  }
}

/** Extra groups of the last run that the machine still has. */
async function formerGroups(reader: Reader): Promise<readonly string[]> {
  const [policy, groups = ''] = await Promise.all([
    reader.readFile(PATHS.policy),
    reader.readFile('/etc/group'),
  ])
  if (policy === undefined) return []
  return managedGroups(policy).filter((name) => membersOf(groups, name) !== undefined)
}

async function machine(reader: Reader): Promise<Machine> {
  const [facts, ssh, polkit] = await Promise.all([
    machineFacts(reader),
    reader.query(['systemctl', 'is-active', '--quiet', 'ssh.service']),
    reader.lstat('/etc/polkit-1/rules.d'),
  ])
  return { ...facts, hasSsh: ssh.code === 0, hasPolkit: polkit !== undefined }
}

/** Node and uv of this installation, by resolved path: the generation of tools may change under a link. */
async function tools(reader: Reader): Promise<{ node: string; uv: string }> {
  const generation = await reader.readLink('/opt/tljh/tools/current')
  const uv = `/opt/tljh/tools/${generation ?? 'current'}/bin/uv`
  if ((await reader.lstat(uv)) === undefined) {
    throw new HostError('uv is not there: run bootstrap.sh, which brings it')
  }
  return { node: process.execPath, uv }
}

/** Everything that a server is worked out from. */
export async function readInputs(reader: Reader): Promise<Inputs> {
  const [facts, found, assets, people, former] = await Promise.all([
    machine(reader),
    tools(reader),
    loadAssets(),
    knownPeople(reader),
    formerGroups(reader),
  ])
  return {
    machine: facts,
    release: { path: RELEASE, ...found },
    assets,
    freshToken: randomBytes(32).toString('hex'),
    people,
    formerGroups: former,
  }
}

/** What this machine is to be, by its config. */
export async function readWanted(reader: Reader, path: string = PATHS.config): Promise<Wanted> {
  const [config, inputs] = await Promise.all([readConfig(reader, path), readInputs(reader)])
  const { hub } = await import('../hub/hub.ts')
  return hub(config, inputs)
}
