/** Where the helper finds and puts things. The only place that knows; tests give another root as an argument. */

export interface Paths {
  readonly ledger: string
  readonly policy: string
  /** Folder of environment files, root 0700. */
  readonly environments: string
  /** Folder of the folders with users' sockets. */
  readonly sockets: string
  /** Folder of locks, root 0700. */
  readonly locks: string
  readonly passwd: string
  readonly group: string
  readonly shadow: string
  /** What a new home begins with. */
  readonly skeleton: string
}

/** The paths of an installed machine; `root` is put before each of them, for tests. */
export function pathsUnder(root = ''): Paths {
  return {
    ledger: `${root}/opt/tljh/state/ledger.sqlite`,
    policy: `${root}/opt/tljh/state/policy.json`,
    environments: `${root}/run/tljh/env`,
    sockets: `${root}/run/tljh/user`,
    locks: `${root}/run/tljh/lock`,
    passwd: `${root}/etc/passwd`,
    group: `${root}/etc/group`,
    shadow: `${root}/etc/shadow`,
    skeleton: `${root}/etc/skel`,
  }
}
