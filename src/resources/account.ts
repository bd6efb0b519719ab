/**
 * A system account that a service runs as: no password, no shell, no home of its own making. useradd writes four files
 * one after the other; one that was killed in between leaves an account without its group or without its shadow lines.
 */
import { fieldsOf } from '../host/account-files.ts'
import type { Step } from '../host/step.ts'
import type { Kind } from './kind.ts'

export interface Account {
  readonly kind: 'account'
  readonly name: string
  readonly comment: string
  readonly home: string
}

/** The lines with the account's name: fields of /etc/passwd, and whether the other three files have one. */
export interface AccountState {
  readonly entry: { readonly gid: string; readonly home: string; readonly shell: string } | undefined
  readonly group: boolean
  readonly shadow: boolean
  readonly gshadow: boolean
}

const SHELL = '/usr/sbin/nologin'

/** The account in the text of /etc/passwd. */
export function parseAccount(text: string, name: string): AccountState['entry'] {
  const fields = fieldsOf(text, name)
  return fields && { gid: fields[3] ?? '', home: fields[5] ?? '', shell: fields[6] ?? '' }
}

function creation({ name, comment, home }: Account, group: boolean): Step {
  const own = group ? ['--gid', name] : ['--user-group']
  const options = ['--system', ...own, '--no-create-home', '--home-dir', home, '--shell', SHELL]
  return { do: 'run', argv: ['useradd', ...options, '--comment', comment, '--', name] }
}

export const account: Kind<Account, AccountState> = {
  async observe(reader, { name }) {
    const files = ['passwd', 'group', 'shadow', 'gshadow'].map(
      async (file) => (await reader.readFile(`/etc/${file}`)) ?? '',
    )
    const [passwd = '', ...others] = await Promise.all(files)
    const [group = false, shadow = false, gshadow = false] = others.map(
      (text) => fieldsOf(text, name) !== undefined,
    )
    return { entry: parseAccount(passwd, name), group, shadow, gshadow }
  },

  plan(want, { entry, group, shadow, gshadow }) {
    if (entry === undefined) return [creation(want, group)]
    const { name, home } = want
    const steps: Step[] = []
    if (!group) steps.push({ do: 'run', argv: ['groupadd', '--system', '--gid', entry.gid, '--', name] })
    if (!shadow) steps.push({ do: 'run', argv: ['pwconv'] })
    if (group && !gshadow) steps.push({ do: 'run', argv: ['grpconv'] })
    if (entry.home !== home || entry.shell !== SHELL) {
      steps.push({ do: 'run', argv: ['usermod', '--home', home, '--shell', SHELL, '--', name] })
    }
    return steps
  },
}
