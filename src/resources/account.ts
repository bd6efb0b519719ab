/** A system account that a service runs as: no password, no shell, no home of its own making. */
import { fieldsOf } from '../host/account-files.ts'
import type { Kind } from './kind.ts'

export interface Account {
  readonly kind: 'account'
  readonly name: string
  readonly comment: string
  readonly home: string
}

export interface AccountState {
  readonly home: string
  readonly shell: string
}

const SHELL = '/usr/sbin/nologin'

/** The account in the text of /etc/passwd. */
export function parseAccount(text: string, name: string): AccountState | undefined {
  const fields = fieldsOf(text, name)
  return fields === undefined ? undefined : { home: fields[5] ?? '', shell: fields[6] ?? '' }
}

export const account: Kind<Account, AccountState | undefined> = {
  observe: async (reader, want) => parseAccount((await reader.readFile('/etc/passwd')) ?? '', want.name),

  plan({ name, comment, home }, have) {
    if (have === undefined) {
      const options = ['--system', '--user-group', '--no-create-home', '--home-dir', home, '--shell', SHELL]
      return [{ do: 'run', argv: ['useradd', ...options, '--comment', comment, '--', name] }]
    }
    if (have.home === home && have.shell === SHELL) return []
    return [{ do: 'run', argv: ['usermod', '--home', home, '--shell', SHELL, '--', name] }]
  },
}
