/** What of somebody else is in the way of an account of ours. Pure: a name, number or home is never taken over. */
import type { GroupEntry, PasswdEntry } from './account-files.ts'

/** An account as the ledger keeps it. */
export interface OwnAccount {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
  /** Made by us, with a group of its own; false for one that was adopted, whose group may be any. */
  readonly own: boolean
}

/** Entries of /etc/passwd and /etc/group that have the name or the number of an account. */
export interface Namesakes {
  readonly entries: readonly PasswdEntry[]
  readonly groups: readonly GroupEntry[]
}

/** Why the account files and the ledger contradict each other, as a sentence with the way out; undefined when they do not. */
export function conflict(want: OwnAccount, { entries, groups }: Namesakes): string | undefined {
  const row = entries.find((entry) => entry.name !== want.name || entry.uid !== want.uid)
  if (row !== undefined) {
    return (
      `the account ${row.name} has uid ${row.uid}, but the ledger keeps ${want.name} with uid ${want.uid}; ` +
      `rename it or give it another uid (\`usermod\`), then try again`
    )
  }
  const group = want.own
    ? groups.find((entry) => entry.name !== want.name || entry.gid !== want.gid)
    : undefined
  if (group !== undefined) {
    return (
      `the group ${group.name} has gid ${group.gid}, but the ledger keeps ${want.name} with gid ${want.gid}; ` +
      `rename it or give it another gid (\`groupmod\`), then try again`
    )
  }
  const entry = entries[0]
  if (entry === undefined || (entry.gid === want.gid && entry.home === want.home)) return undefined
  return (
    `the account ${want.name} has gid ${entry.gid} and home ${entry.home} instead of ${want.gid} and ${want.home}; ` +
    `set them back with \`usermod\`, then try again`
  )
}
