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

const rows = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':'))

/** Fields of the line of one account or group in the text of /etc/passwd or /etc/group; undefined when there is none. */
export function fieldsOf(text: string, name: string): readonly string[] | undefined {
  return text
    .split('\n')
    .find((line) => line.startsWith(`${name}:`))
    ?.split(':')
}

const membersIn = (field: string): string[] => field.split(',').filter((member) => member !== '')

/** Members of a group in the text of /etc/group; undefined when there is no such group. */
export function membersOf(text: string, name: string): readonly string[] | undefined {
  const fields = fieldsOf(text, name)
  return fields === undefined ? undefined : membersIn(fields[3] ?? '')
}

/** Parses /etc/passwd; lines that are none are left out. */
export function parsePasswd(text: string): readonly PasswdEntry[] {
  return rows(text).flatMap(([name, , uid, gid, , home, shell]) =>
    name === undefined || home === undefined || shell === undefined
      ? []
      : [{ name, uid: Number(uid), gid: Number(gid), home, shell }],
  )
}

/** Parses /etc/group; lines that are none are left out. */
export function parseGroup(text: string): readonly GroupEntry[] {
  return rows(text).flatMap(([name, , gid, members]) =>
    name === undefined || members === undefined
      ? []
      : [{ name, gid: Number(gid), members: membersIn(members) }],
  )
}

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
  const day = rows(shadow).find((row) => row[0] === name)?.[7] ?? ''
  return day !== '' && Number(day) <= now / DAY_MS
}
