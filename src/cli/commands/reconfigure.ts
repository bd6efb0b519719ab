/** `tljh reconfigure`: makes the machine what config.yaml says. */
import type { Context } from '../context.ts'
import { readWish, settleServer } from '../server.ts'
import { alone, report } from '../settle.ts'

export async function reconfigureCommand(context: Context): Promise<void> {
  await alone(context, 'tljh reconfigure', async () => {
    report(context, await settleServer(context, (await readWish(context.host)).wish))
  })
}
