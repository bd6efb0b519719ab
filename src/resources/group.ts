/** A unix group and, where the list is ours alone, who is in it. */
import { membersOf, parsePasswd } from '../host/account-files.ts'
import type { Step } from '../host/step.ts'
import type { Kind } from './kind.ts'

export interface Group {
  readonly kind: 'group'
  readonly name: string
  /** Accounts that must be in it; those that do not exist yet are left to the helper, which adds them when it makes them. */
  readonly members: readonly string[]
  /** Accounts that must not be in it any more: members now, and ours to decide. */
  readonly ours: (account: string) => boolean
}

export interface GroupState {
  readonly members: readonly string[] | undefined
  /** Those of the wanted members that have an account. */
  readonly accounts: ReadonlySet<string>
}

export const group: Kind<Group, GroupState> = {
  async observe(reader, want) {
    const [groups = '', passwd = ''] = await Promise.all([
      reader.readFile('/etc/group'),
      reader.readFile('/etc/passwd'),
    ])
    const known = new Set(parsePasswd(passwd).map(({ name }) => name))
    return {
      members: membersOf(groups, want.name),
      accounts: new Set(want.members.filter((member) => known.has(member))),
    }
  },

  plan(want, { members, accounts }) {
    const now = members ?? []
    const steps: Step[] = []
    if (members === undefined) steps.push({ do: 'run', argv: ['groupadd', '--system', '--', want.name] })
    for (const account of want.members) {
      if (accounts.has(account) && !now.includes(account)) {
        steps.push({ do: 'run', argv: ['gpasswd', '--add', account, want.name] })
      }
    }
    for (const account of now) {
      if (want.ours(account) && !want.members.includes(account)) {
        steps.push({ do: 'run', argv: ['gpasswd', '--delete', account, want.name] })
      }
    }
    return steps
  },
}
