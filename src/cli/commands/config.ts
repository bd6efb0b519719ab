/** `tljh config`: shows and checks the configuration. */
import * as z from 'zod'

import { configSchema } from '../../config/schema.ts'
import { UsageError } from '../../errors.ts'
import { PATHS } from '../context.ts'
import type { Context } from '../context.ts'
import { nameRule, readConfig } from '../machine.ts'
import { readRosters } from '../rosters.ts'
import { needRoot } from '../settle.ts'

/** What is in force: every key, defaults included. Settings of authenticator classes may hold secrets: not shown. */
export async function configShow({ host, output }: Context): Promise<void> {
  needRoot('tljh config show')
  const config = await readConfig(host)
  const { type, ...classes } = config.auth
  const hidden = Object.fromEntries(Object.keys(classes).map((name) => [name, '(hidden)']))
  const shown = { ...config, auth: { type, ...hidden } }
  if (output.json) return output.object(shown)
  const { stringify } = await import('yaml')
  output.line(stringify(shown).trimEnd())
}

/** Says nothing but "no mistakes", or throws with all of them; those of the rosters too where the file is the one in force. */
export async function configCheck({ host, output }: Context, file: string = PATHS.config): Promise<void> {
  if (file !== PATHS.config && (await host.lstat(file)) === undefined) {
    throw new UsageError(`there is no file ${file}`)
  }
  await readConfig(host, file)
  if (file === PATHS.config) await readRosters(host)
  if (output.json) output.object({ file, problems: [] })
  else output.line(`${file}: no mistakes`)
}

interface KeySchema {
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, KeySchema>>
}

/** A key with what it means. */
export interface KeyRow {
  readonly key: string
  readonly description: string
  readonly default: unknown
}

function rows(schema: KeySchema, path: readonly string[]): KeyRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, entry]) => {
    const key = [...path, name]
    if (entry.properties !== undefined) return rows(entry, key)
    return [{ key: key.join('.'), description: entry.description ?? '', default: entry.default }]
  })
}

/** Every key of the schema; the reference in docs/ is made from the same list. */
export function configRows(): KeyRow[] {
  const schema = z.toJSONSchema(configSchema(nameRule), { io: 'input', unrepresentable: 'any' })
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- JSON Schema is wider than the part that is read here
  return rows(schema as KeySchema, [])
}

export function configKeys({ output }: Context): void {
  const all = configRows()
  if (output.json) return output.object(all)
  for (const { key, description, default: value } of all) {
    output.line(
      `${output.strong(key)}${value === undefined ? '' : ` (${JSON.stringify(value)})`}\n    ${description}`,
    )
  }
}
