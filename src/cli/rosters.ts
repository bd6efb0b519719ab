/** The rosters that were applied: one CSV file each, beside config.yaml. */
import type { Reader } from '../host/host.ts'
import { formatRoster, parseRosterFile, type Roster } from '../people/roster.ts'
import type { File } from '../resources/file.ts'
import { ROOT } from '../resources/owner.ts'
import { PATHS } from './context.ts'

export interface NamedRoster {
  readonly name: string
  readonly rows: Roster
}

const pathOf = (name: string): string => `${PATHS.rosters}/${name}.csv`

/** Every roster, by name. @throws ConfigError with every mistake of a file that somebody edited */
export async function readRosters(reader: Reader): Promise<readonly NamedRoster[]> {
  const names = (await reader.list(PATHS.rosters)).filter((file) => file.endsWith('.csv'))
  return Promise.all(
    names.map(async (file) => {
      const path = `${PATHS.rosters}/${file}`
      return {
        name: file.slice(0, -'.csv'.length),
        rows: parseRosterFile((await reader.readFile(path)) ?? '', path),
      }
    }),
  )
}

/** A roster as a resource. */
export function rosterFile({ name, rows }: NamedRoster): File {
  return { kind: 'file', path: pathOf(name), text: formatRoster(rows), mode: 0o600, ...ROOT, secret: true }
}
