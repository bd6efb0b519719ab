/** A machine on which a server can be settled, with a real ledger: for the tests of src/cli/server.ts. */
import { nameRule } from '../../src/cli/machine.ts'
import { settleServer, type Wish } from '../../src/cli/server.ts'
import { parseConfig } from '../../src/config/load.ts'
import { contextOn } from '../support/context.ts'
import { FakeMachine } from '../support/fake-machine.ts'
import { inLedgerFile } from '../support/ledger-file.ts'

/** A machine with what the bootstrap brings, and the distribution's Python. */
export function serverMachine(): FakeMachine {
  const machine = new FakeMachine()
  machine.put('/opt/tljh/tools/current', { type: 'symlink', target: 'abc' })
  machine.put('/opt/tljh/tools/abc/bin/uv', {})
  machine.put('/usr/bin/python3', { type: 'symlink', target: 'python3.11' })
  machine.put('/usr/bin/python3.11', {})
  machine.put('/proc/meminfo', { text: 'MemTotal: 4000000 kB\nMemAvailable: 3000000 kB\n' })
  machine.answers.push(['/usr/bin/python3.11 -V', { stdout: 'Python 3.11.2\n' }])
  return machine
}

/** What a config.yaml asks for that says only this about users. */
export const wish = (users: string): Wish => ({
  config: parseConfig(`users: ${users}\n`, 'config.yaml', nameRule),
  rosters: [],
  own: [],
})

/** Settles, a minute later. @returns ids of what was changed */
export async function settleOn(machine: FakeMachine, wanted: Wish): Promise<string[]> {
  machine.now += 60_000
  return (await settleServer(contextOn(machine), wanted)).map(({ id }) => id)
}

/** Everybody of the ledger: name, uid, state, and who locked them. */
export const states = (): string[] =>
  inLedgerFile((ledger) => ledger.list()).map(
    ({ hubName, uid, state, lock }) => `${hubName} ${uid} ${state}${lock === undefined ? '' : ` ${lock.by}`}`,
  )

/** The line of an account or group in one of the account files. */
export const lineOf = (machine: FakeMachine, file: string, name: string): string | undefined =>
  machine.entries
    .get(`/etc/${file}`)
    ?.text.split('\n')
    .find((line) => line.startsWith(`${name}:`))
