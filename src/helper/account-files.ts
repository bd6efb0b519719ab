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
      : [{ name, gid: Number(gid), members: members.split(',').filter((member) => member !== '') }],
  )
}

const DAY_MS = 86_400_000

/** True when /etc/shadow says that the account has expired: how an administrator shuts somebody out (`usermod -e 1`). */
export function hasExpired(shadow: string, name: string, now: number): boolean {
  const day = rows(shadow).find((row) => row[0] === name)?.[7] ?? ''
  return day !== '' && Number(day) <= now / DAY_MS
}
