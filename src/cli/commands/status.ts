/** `tljh status`: what runs, since when, and where people log in. */
import { releaseVersion } from '../../assets.ts'
import { listedUnits, parseShown } from '../../host/systemctl.ts'
import { parseTimestamp } from '../../resources/unit.ts'
import { addressOf } from '../address.ts'
import { withLedger } from '../census.ts'
import type { Context } from '../context.ts'
import { readConfig } from '../machine.ts'
import { needRoot } from '../settle.ts'

const UNITS = [
  'jupyterhub.service',
  'jupyterhub-proxy.service',
  'jupyterhub-helper.socket',
  'jupyterhub-culler.service',
]
const PROPERTIES = 'Id,ActiveState,SubState,UnitFileState,InactiveExitTimestamp'

interface Part {
  readonly unit: string
  readonly state: string
  readonly running: boolean
  /** ISO 8601; null when it does not run. */
  readonly since: string | null
}

async function parts({ host }: Context): Promise<Part[]> {
  const ask = ['systemctl', 'show', '--timestamp=us+utc', `--property=${PROPERTIES}`, '--', ...UNITS]
  const { stdout } = await host.query(ask)
  return parseShown(stdout).map((show) => {
    const running = show['ActiveState'] === 'active'
    const started = parseTimestamp(show['InactiveExitTimestamp'] ?? '')
    return {
      unit: show['Id'] ?? '',
      state:
        show['UnitFileState'] === 'disabled'
          ? 'switched off'
          : `${show['ActiveState']} (${show['SubState']})`,
      running: running || show['UnitFileState'] === 'disabled',
      since: running && started !== undefined ? new Date(started).toISOString() : null,
    }
  })
}

async function servers({ host }: Context): Promise<number> {
  const ask = [
    'systemctl',
    'list-units',
    '--plain',
    '--no-legend',
    '--state=active',
    'jupyter@*.service',
    'jupyter-admin@*.service',
  ]
  const { stdout } = await host.query(ask)
  return listedUnits(stdout).length
}

/** @returns 0 when all parts run, else 1 */
export async function statusCommand(context: Context): Promise<number> {
  needRoot('tljh status')
  const { output } = context
  const [config, all, running, release] = await Promise.all([
    readConfig(context.host),
    parts(context),
    servers(context),
    releaseVersion(),
  ])
  const people = await withLedger(context.host, (ledger) => ledger.access.all().size)
  const address = addressOf(config, '')
  if (output.json) output.object({ release, address, people, servers: running, parts: all })
  else {
    output.line(`littlest-hub ${release.version} (${release.id}), ${address}`)
    for (const { unit, state, since } of all)
      output.line(`${unit.padEnd(28)}${state}${since === null ? '' : ` since ${since}`}`)
    output.line(
      `${people} ${people === 1 ? 'person' : 'people'} may log in, ${running} ${running === 1 ? 'server runs' : 'servers run'}`,
    )
  }
  return all.every((part) => part.running) ? 0 : 1
}
