/** Reads what the hub is worked out from: config, machine, ledger, this release. */
import { randomBytes } from 'node:crypto'

import { loadAssets, RELEASE } from '../assets.ts'
import { parseConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { HostError } from '../errors.ts'
import { membersOf } from '../host/account-files.ts'
import type { Reader } from '../host/host.ts'
import type { Inputs, KnownPerson, Machine } from '../hub/inputs.ts'
import { parseHubName } from '../people/names.ts'
import { parsePolicy } from '../people/policy.ts'
import { machineFacts } from '../preflight/facts.ts'
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

/** Everything that a server is worked out from. @param people everybody of the ledger */
export async function readInputs(reader: Reader, people: readonly KnownPerson[]): Promise<Inputs> {
  const [facts, found, assets, former] = await Promise.all([
    machine(reader),
    tools(reader),
    loadAssets(),
    formerGroups(reader),
  ])
  return {
    machine: facts,
    release: { path: RELEASE, ...found },
    assets,
    freshTokens: { culler: randomBytes(32).toString('hex'), cli: randomBytes(32).toString('hex') },
    people,
    formerGroups: former,
  }
}
