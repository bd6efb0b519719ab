/** `tljh reconfigure`: makes the machine what config.yaml says. */
import type { Context } from '../context.ts'
import { readWanted } from '../machine.ts'
import { alone, report, settle } from '../settle.ts'

export async function reconfigureCommand(context: Context): Promise<void> {
  await alone('tljh reconfigure', async () => {
    report(context, await settle(context, await readWanted(context.host)))
  })
}
