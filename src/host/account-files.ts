/** The machine's account files as values. Pure. */

export interface PasswdEntry {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
  readonly shell: string
}

export interface GroupEntry {
  readonly name: string
  readonly gid: number
  readonly members: readonly string[]
}

/** Every line of an account file as its fields; empty lines are left out. */
export const fieldsIn = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':'))

/** Fields of the line of one account or group in the text of /etc/passwd or /etc/group; undefined when there is none. */
export function fieldsOf(text: string, name: string): readonly string[] | undefined {
  // Not split into lines: a run asks a few hundred times, and there may be ten thousand people.
  const start = text.startsWith(`${name}:`) ? 0 : text.indexOf(`\n${name}:`) + 1
  if (start === 0 && !text.startsWith(`${name}:`)) return undefined
  const end = text.indexOf('\n', start)
  return text.slice(start, end === -1 ? undefined : end).split(':')
}

const membersIn = (field: string): string[] => field.split(',').filter((member) => member !== '')

/** Members of a group in the text of /etc/group; undefined when there is no such group. */
export function membersOf(text: string, name: string): readonly string[] | undefined {
  const fields = fieldsOf(text, name)
  return fields === undefined ? undefined : membersIn(fields[3] ?? '')
}

/** A parser that remembers the last text and what came of it: one run looks at the same files again and again. */
function remembering<T>(parse: (text: string) => T): (text: string) => T {
  let last: { text: string; value: T } | undefined
  return (text) => {
    if (last?.text !== text) last = { text, value: parse(text) }
    return last.value
  }
}

/** Parses /etc/passwd; lines that are none are left out. */
export const parsePasswd = remembering((text): readonly PasswdEntry[] =>
  fieldsIn(text).flatMap(([name, , uid, gid, , home, shell]) =>
    name === undefined || home === undefined || shell === undefined
      ? []
      : [{ name, uid: Number(uid), gid: Number(gid), home, shell }],
  ),
)

/** Parses /etc/group; lines that are none are left out. */
export const parseGroup = remembering((text): readonly GroupEntry[] =>
  fieldsIn(text).flatMap(([name, , gid, members]) =>
    name === undefined || members === undefined
      ? []
      : [{ name, gid: Number(gid), members: membersIn(members) }],
  ),
)

/** Names of all accounts in the text of /etc/passwd. */
export const accountNames = remembering(
  (text): ReadonlySet<string> => new Set(parsePasswd(text).map(({ name }) => name)),
)

/** Every uid and gid that the texts of /etc/passwd and /etc/group give away. */
export function usedIds(passwd: string, groups: string): ReadonlySet<number> {
  return new Set([
    ...parsePasswd(passwd).flatMap(({ uid, gid }) => [uid, gid]),
    ...parseGroup(groups).map(({ gid }) => gid),
  ])
}

const DAY_MS = 86_400_000

/** True when /etc/shadow says that the account has expired: how an administrator shuts somebody out (`usermod -e 1`). */
export function hasExpired(shadow: string, name: string, now: number): boolean {
  const day = fieldsIn(shadow).find((row) => row[0] === name)?.[7] ?? ''
  return day !== '' && Number(day) <= now / DAY_MS
}
