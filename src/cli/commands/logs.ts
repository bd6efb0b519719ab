/** `tljh logs`: the journal of the hub, the proxy, the helper, the culler, or one person's server. */
import { UsageError } from '../../errors.ts'
import { parseHubName } from '../../people/names.ts'
import type { Context } from '../context.ts'
import { knownPeople } from '../machine.ts'
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
  const people = await knownPeople(context.host)
  const person = parsed.ok ? people.find(({ name }) => name === parsed.name) : undefined
  if (person === undefined) {
    throw new UsageError(
      `there is neither a part nor a person called ${what}; parts: ${Object.keys(UNITS).join(', ')}`,
    )
  }
  const slug = person.unix.replace(/^jupyter-/, '')
  return [`--unit=jupyter@${slug}.service`, `--unit=jupyter-admin@${slug}.service`]
}

export async function logsCommand(context: Context, what: string, options: { lines: string }): Promise<void> {
  needRoot('tljh logs')
  const lines = Number(options.lines)
  if (!Number.isInteger(lines) || lines < 1)
    throw new UsageError(`--lines: expected a number, found ${options.lines}`)
  const chosen = await selection(context, what)
  const format = context.output.json ? ['--output=json'] : ['--output=short-iso']
  const { stdout } = await context.host.query([
    'journalctl',
    '--no-pager',
    '--quiet',
    `--lines=${lines}`,
    ...format,
    ...chosen,
  ])
  context.output.line(stdout.trimEnd())
}
