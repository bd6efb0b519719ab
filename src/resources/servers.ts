import type { Step } from '../host/step.ts'
/** Servers of people that run: those are stopped whose person may have none any more, or none with sudo. */
import { listedUnits } from '../host/systemctl.ts'
import type { Kind } from './kind.ts'

/** A template of people's units, and who may have one of it. */
interface Allowed {
  readonly template: string
  /** Slugs of people. */
  readonly slugs: ReadonlySet<string>
}

export interface Servers {
  readonly kind: 'servers'
  readonly name: 'people'
  readonly allowed: readonly Allowed[]
}

/** Units in one call: a command line has an end. */
const AT_ONCE = 200
/** Milliseconds: TimeoutStopSec of a server is 8 s, and they stop side by side. */
const STOP_MS = 120_000

/** Those of some units that are of a template. */
export const unitsOf = (template: string, units: readonly string[]): readonly string[] =>
  units.filter((unit) => unit.startsWith(`${template}@`))

const slugIn = (unit: string): string => /@(.*)\.(?:service|socket)$/.exec(unit)?.[1] ?? ''

export const servers: Kind<Servers, readonly string[]> = {
  async observe(reader, { allowed }) {
    const states = '--state=active,activating,reloading'
    const patterns = allowed.flatMap(({ template }) => [`${template}@*.service`, `${template}@*.socket`])
    const argv = ['systemctl', 'list-units', '--plain', '--no-legend', states, '--', ...patterns]
    return listedUnits((await reader.query(argv)).stdout)
  },

  plan({ allowed }, running) {
    const wrong = allowed.flatMap(({ template, slugs }) =>
      unitsOf(template, running).filter((unit) => !slugs.has(slugIn(unit))),
    )
    // The sockets first: nothing starts a service again while it stops.
    const ordered = wrong.toSorted((a, b) => Number(b.endsWith('.socket')) - Number(a.endsWith('.socket')))
    return Array.from({ length: Math.ceil(ordered.length / AT_ONCE) }, (_, at): Step => ({
      do: 'run',
      argv: ['systemctl', 'stop', '--', ...ordered.slice(at * AT_ONCE, (at + 1) * AT_ONCE)],
      timeoutMs: STOP_MS,
    }))
  },
}
