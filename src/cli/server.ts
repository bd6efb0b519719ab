/** The whole server as config.yaml and the rosters want it: planned, or settled. */
import { parseConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import type { Change } from '../engine/plan.ts'
import { plan } from '../engine/plan.ts'
import { HostError } from '../errors.ts'
import type { Reader } from '../host/host.ts'
import { access } from '../hub/access.ts'
import { early } from '../hub/folders.ts'
import type { Ledger } from '../people/ledger.ts'
import type { Directory } from '../resources/directory.ts'
import type { File } from '../resources/file.ts'
import type { Wanted } from '../resources/resource.ts'
import { alignWhereFree, idRange, withLedger } from './census.ts'
import { configFile } from './config-file.ts'
import { PATHS } from './context.ts'
import type { Context } from './context.ts'
import { nameRule, readConfigText, readInputs } from './machine.ts'
import { type NamedRoster, readRosters, rosterFile } from './rosters.ts'
import { settle } from './settle.ts'

/** What the server shall be. */
export interface Wish {
  readonly config: Config
  readonly rosters: readonly NamedRoster[]
  /** Files of the operator that this command writes, put in place first of all. */
  readonly own: readonly (Directory | File)[]
  /** What this command does to the ledger, before it is brought in line with the config. */
  readonly prepare?: (ledger: Ledger) => void
}

/** A wish with another config.yaml. @throws ConfigError */
export function withConfig(wish: Wish, text: string): Wish {
  return { ...wish, config: parseConfig(text, PATHS.config, nameRule), own: [...wish.own, configFile(text)] }
}

/** A wish with another roster in the place of the one of the same name. */
export function withRoster(wish: Wish, roster: NamedRoster): Wish {
  const others = wish.rosters.filter(({ name }) => name !== roster.name)
  return { ...wish, rosters: [...others, roster], own: [...wish.own, rosterFile(roster)] }
}

/** What config.yaml and the rosters say now, and the text of config.yaml. @throws ConfigError; HostError when there is none */
export async function readWish(reader: Reader): Promise<{ wish: Wish; text: string }> {
  const [text, rosters] = await Promise.all([readConfigText(reader), readRosters(reader)])
  return { wish: { config: parseConfig(text, PATHS.config, nameRule), rosters, own: [] }, text }
}

/** Plans, or says all that is in the way at once: accounts of somebody else, and what the machine finds on top of it. */
async function planAround(
  reader: Reader,
  wanted: Wanted,
  inTheWay: readonly string[],
): Promise<readonly Change[]> {
  const all = (more: readonly string[]): HostError => new HostError([...inTheWay, ...more].join('\n'))
  const changes = await plan(reader, wanted).catch((error: unknown) => {
    throw error instanceof HostError ? all([error.message]) : error
  })
  if (inTheWay.length > 0) throw all([])
  return changes
}

/** Who may log in, by a wish. */
export const accessOf = ({ config, rosters }: Wish): ReturnType<typeof access> =>
  access(
    config,
    rosters.map(({ rows }) => rows),
  )

async function decide<T>(
  reader: Reader,
  wish: Wish,
  { keep, use }: { keep: boolean; use: (wanted: Wanted, changes: readonly Change[]) => T },
): Promise<T> {
  const { config, own, prepare } = wish
  const people = accessOf(wish)
  const range = await idRange(reader, config)
  const { hub } = await import('../hub/hub.ts')
  return withLedger(reader, (ledger) =>
    ledger.attempt(keep, async () => {
      prepare?.(ledger)
      const aligned = alignWhereFree(ledger, people, range)
      const wanted = hub(config, await readInputs(reader, aligned.people), own)
      return use(wanted, await planAround(reader, wanted, aligned.inTheWay))
    }),
  )
}

/** What settling would change. Changes nothing. @throws ConfigError, HostError */
export function planServer(reader: Reader, wish: Wish): Promise<readonly Change[]> {
  return decide(reader, wish, { keep: false, use: (_, changes) => changes })
}

/**
 * Settles the ledger, then the machine; the caller holds the lock. Nothing is written while something is in the way.
 * @returns what was changed
 */
export async function settleServer(context: Context, wish: Wish): Promise<readonly Change[]> {
  const { host } = context
  // The ledger needs its folder.
  if ((await host.lstat(PATHS.ledger)) === undefined) {
    await planServer(host, wish)
    await settle(context, early)
    await host.perform({
      do: 'write',
      path: PATHS.ledger,
      text: '',
      mode: 0o600,
      owner: 'root',
      group: 'root',
    })
  }
  const decided = await decide(host, wish, { keep: true, use: (wanted, changes) => ({ wanted, changes }) })
  const changes = await settle(context, decided.wanted, decided.changes)
  await withLedger(host, (ledger) => {
    ledger.completeAll()
    ledger.renames.clear()
  })
  return changes
}
