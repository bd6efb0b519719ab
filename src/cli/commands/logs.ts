/** `tljh logs`: the journal of the hub, the proxy, the helper, the culler, or one person's server. */
import { UsageError } from '../../errors.ts'
import { servicesOf } from '../../helper/units.ts'
import { parseHubName } from '../../people/names.ts'
import { withLedger } from '../census.ts'
import type { Context } from '../context.ts'
import { needRoot } from '../settle.ts'

const UNITS: Readonly<Record<string, readonly string[]>> = {
  hub: ['--unit=jupyterhub.service'],
  proxy: ['--unit=jupyterhub-proxy.service'],
  culler: ['--unit=jupyterhub-culler.service'],
  helper: ['--identifier=tljh-helper'],
}

async function selection(context: Context, what: string): Promise<readonly string[]> {
  const unit = UNITS[what]
  if (unit !== undefined) return unit
  const parsed = parseHubName(what)
  const person = parsed.ok ? await withLedger(context.host, (ledger) => ledger.find(parsed.name)) : undefined
  if (person === undefined) {
    throw new UsageError(
      `there is neither a part nor a person called ${what}; parts: ${Object.keys(UNITS).join(', ')}`,
    )
  }
  return servicesOf(person.slug).map((service) => `--unit=${service}`)
}

/** One line of `journalctl --output=json`: when (ISO 8601) and what; the message of a binary line is a list of bytes. */
function entry(line: string): readonly { at: string; message: string }[] {
  if (line === '') return []
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- journalctl's own format
  const { __REALTIME_TIMESTAMP: micros, MESSAGE: said } = JSON.parse(line) as Record<
    string,
    string | number[]
  >
  const message = Array.isArray(said) ? Buffer.from(said).toString() : (said ?? '')
  return [{ at: new Date(Number(micros) / 1000).toISOString(), message }]
}

export async function logsCommand(context: Context, what: string, options: { lines: string }): Promise<void> {
  needRoot('tljh logs')
  const lines = Number(options.lines)
  if (!Number.isInteger(lines) || lines < 1)
    throw new UsageError(`--lines: expected a number, found ${options.lines}`)
  const chosen = await selection(context, what)
  const { output } = context
  const { stdout } = await context.host.query([
    'journalctl',
    '--no-pager',
    '--quiet',
    `--lines=${lines}`,
    output.json ? '--output=json' : '--output=short-iso',
    ...chosen,
  ])
  if (output.json) output.object(stdout.split('\n').flatMap(entry))
  else output.line(stdout.trimEnd() === '' ? `No lines yet of ${what}.` : stdout.trimEnd())
}
