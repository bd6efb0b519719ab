/** `tljh plan`: what reconfigure would change. Reads only. */
import { showStep } from '../../host/step.ts'
import type { Context } from '../context.ts'
import { planServer, readWish } from '../server.ts'
import { needRoot } from '../settle.ts'

/** @returns the exit code: with --check 2 when changes are pending, as `terraform plan -detailed-exitcode` has it */
export async function planCommand(context: Context, options: { check?: boolean }): Promise<number> {
  needRoot('tljh plan')
  const { host, output } = context
  const changes = await planServer(host, (await readWish(host)).wish)
  if (output.json)
    output.object({ changes: changes.map(({ id, steps }) => ({ id, steps: steps.map(showStep) })) })
  else if (changes.length === 0) output.line('Nothing to change.')
  else {
    output.plan(changes)
    output.line(`${changes.length} to change. To do it: sudo tljh reconfigure`)
  }
  return options.check === true && changes.length > 0 ? 2 : 0
}
