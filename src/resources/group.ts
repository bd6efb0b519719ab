/** A unix group and, where the list is ours alone, who is in it. */
import { membersOf } from '../host/account-files.ts'
import type { Step } from '../host/step.ts'
import type { Kind } from './kind.ts'

export interface Group {
  readonly kind: 'group'
  readonly name: string
  /** Accounts that must be in it; whoever of them does not exist yet is made before. */
  readonly members: readonly string[]
  /** Accounts that must not be in it any more: members now, and ours to decide. */
  readonly ours: (account: string) => boolean
  /** Numbers for a new group; without, one of the system's. */
  readonly gids?: { readonly min: number; readonly max: number }
}

export interface GroupState {
  /** Who is in it; undefined when it does not exist. */
  readonly members: readonly string[] | undefined
}

/** Counts down from the end of the range, while people's numbers count up: one that is kept for somebody stays free. */
function creation({ name, gids }: Group): Step {
  const numbers =
    gids === undefined ? [] : ['--key', `SYS_GID_MIN=${gids.min}`, '--key', `SYS_GID_MAX=${gids.max}`]
  return { do: 'run', argv: ['groupadd', '--system', ...numbers, '--', name] }
}

/** From how many additions on it is faster to load everything once, as sysusers does, than to write the files for each. */
const BULK = 5
/** Bytes; systemd-sysusers refuses longer names, which are names for everybody else. */
const SYSUSERS_MAX = 31
/** Bytes; the kernel takes 131 072 in one argument. */
const LIST_MAX = 100_000

function oneByOne(group: string, members: readonly string[]): Step[] {
  return members.map((member): Step => ({ do: 'run', argv: ['gpasswd', '--add', member, group] }))
}

function bySysusers(group: string, members: readonly string[]): Step[] {
  if (members.length < BULK) return oneByOne(group, members)
  const lines = members.map((member) => `m ${member} ${group}\n`)
  const about = [`into ${group}:`, ...members]
  return [{ do: 'run', argv: ['systemd-sysusers', '-'], input: lines.join(''), about }]
}

const isLong = (member: string): boolean => member.length > SYSUSERS_MAX

/** @param now who is in it already, and stays */
function additions(group: string, now: readonly string[], missing: readonly string[]): Step[] {
  const long = missing.filter(isLong)
  const all = [...now, ...missing].join(',')
  if (long.length >= BULK && all.length <= LIST_MAX)
    return [{ do: 'run', argv: ['gpasswd', '--members', all, group] }]
  const short = missing.filter((member) => !isLong(member))
  return [...bySysusers(group, short), ...oneByOne(group, long)]
}

export const group: Kind<Group, GroupState> = {
  async observe(reader, want) {
    return { members: membersOf((await reader.readFile('/etc/group')) ?? '', want.name) }
  },

  plan(want, { members }) {
    const now = new Set(members)
    const wanted = new Set(want.members)
    const missing = want.members.filter((member) => !now.has(member))
    return [
      ...(members === undefined ? [creation(want)] : []),
      ...additions(want.name, [...now], missing),
      ...[...now]
        .filter((member) => want.ours(member) && !wanted.has(member))
        .map((member): Step => ({ do: 'run', argv: ['gpasswd', '--delete', member, want.name] })),
    ]
  },
}
