/** `tljh check`: whether this machine can be, or still is, a JupyterHub server. Reads only. */
import type { Config } from '../../config/schema.ts'
import { HostError } from '../../errors.ts'
import type { Finding } from '../../preflight/finding.ts'
import { preflight, showFindings, worst } from '../../preflight/preflight.ts'
import { PATHS } from '../context.ts'
import type { Context } from '../context.ts'
import { readConfig } from '../machine.ts'

/** Looks at the machine with the ports and people of a config. */
export function findingsFor({ host }: Context, config: Config | undefined): Promise<readonly Finding[]> {
  const { address, port } = config?.http ?? { address: '', port: 80 }
  return preflight(host, {
    ports: [
      { address, port, key: 'http.port' },
      { address: '127.0.0.1', port: 880 },
    ],
    admins: config?.users.admin ?? [],
  })
}

/** @returns 0, or the exit code of a machine that cannot be managed */
export async function checkCommand(context: Context): Promise<number> {
  const { host, output } = context
  const config = (await host.lstat(PATHS.config)) === undefined ? undefined : await readConfig(host)
  const findings = await findingsFor(context, config)
  const { inventory, showInventory } = await import('../../host/inventory.ts')
  const machine = await inventory()
  if (output.json) output.object({ worst: worst(findings), findings, machine })
  else output.line(`${showFindings(findings, { all: true })}\n\n${showInventory(machine)}`)
  return worst(findings) === 'stop' ? new HostError('').exitCode : 0
}
