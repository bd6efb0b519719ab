/** `tljh user password`: a new one-time password, or the one in a file. */
import { UsageError } from '../../errors.ts'
import type { Ledger } from '../../people/ledger.ts'
import { inLedger } from '../census.ts'
import type { Context } from '../context.ts'
import { type Given, givePassword, handOut, nameArgument, passwordFromFile, personOf } from '../people.ts'
import { alone } from '../settle.ts'

/** New one-time passwords, shown once or written on slips; with a file, the password in its first line. */
export async function userPassword(
  context: Context,
  given: readonly string[],
  { passwordFile, slips }: { passwordFile?: string; slips?: string },
): Promise<void> {
  const names = [...new Set(given.map(nameArgument))]
  const [name = '', second] = names
  if (passwordFile !== undefined && second !== undefined)
    throw new UsageError('--password-file is for one person')
  if (passwordFile !== undefined && slips !== undefined)
    throw new UsageError('--slips is for one-time passwords: leave out --password-file')
  const { host, output } = context
  const chosen = passwordFile === undefined ? undefined : await passwordFromFile(host, passwordFile, name)
  await alone(context, 'tljh user password', async () => {
    const give = (ledger: Ledger): readonly Given[] =>
      names.map((each) => {
        personOf(ledger, each)
        if (ledger.access.find(each) === undefined)
          throw new UsageError(`${each} may not log in; to add them: sudo tljh user add ${each}`)
        return { name: each, password: givePassword(ledger, each, chosen) }
      })
    if (chosen === undefined) {
      const people = await handOut(context, give, slips)
      const shown = slips === undefined ? people : people.map((person) => ({ name: person.name }))
      return output.json && slips !== '-' ? output.object({ people: shown }) : undefined
    }
    await inLedger(host, give)
    if (output.json) output.object({ people: [{ name }] })
    else
      output.line(`${name} has the password from ${passwordFile === '-' ? 'standard input' : passwordFile}.`)
  })
}
