/** Who calls: root, or through sudo somebody of the hub, who has the rights of their role and no more. Pure. */
import { DeniedError } from '../errors.ts'
import { INSTRUCTORS, OPERATORS } from '../people/access.ts'
import type { Role } from '../people/access.ts'
import { escapeName } from '../people/names.ts'

export type Caller =
  | { readonly kind: 'root' }
  | {
      readonly kind: 'person'
      /** Hub name in normal form. */
      readonly name: string
      readonly role: Role | 'locked'
      readonly teaches: readonly string[]
    }

/** What the ledger knows of the account that called sudo. */
export interface CallingPerson {
  readonly name: string
  readonly role: Role
  readonly teaches: readonly string[]
  readonly locked: boolean
}

const NUMBER = /^(?:0|[1-9][0-9]{0,9})$/
/** The last number of 32 bits stands for «no account» in the kernel. */
const NO_ACCOUNT = 2 ** 32 - 1

/**
 * The uid of the account that called sudo, as sudo itself tells it; undefined when root calls.
 * @throws DeniedError for anything that sudo does not write: who calls is not guessed
 */
export function sudoUid(env: NodeJS.ProcessEnv): number | undefined {
  const text = env['SUDO_UID']
  if (text === undefined) return undefined
  const uid = Number(text)
  if (!NUMBER.test(text) || uid >= NO_ACCOUNT) {
    throw new DeniedError(
      `SUDO_UID is '${escapeName(text)}', which sudo never writes, so nobody knows who calls; call it as \`sudo tljh …\``,
    )
  }
  return uid === 0 ? undefined : uid
}

/**
 * Who calls. An account that is nobody's of the hub is root by a rule of the machine's own; only in our groups no such
 * rule is needed to come here, and whoever was put there by hand must not become root by it.
 * @param uid from `sudoUid`
 * @param person of the ledger whose account has that uid
 * @param unixGroups names of the groups that this account is in
 * @throws DeniedError for an account that is in a group of ours and nobody's of the hub
 */
export function callerOf(
  uid: number | undefined,
  person: CallingPerson | undefined,
  unixGroups: readonly string[],
): Caller {
  if (uid === undefined) return { kind: 'root' }
  if (person !== undefined) {
    const { name, role, teaches, locked } = person
    return { kind: 'person', name, role: locked ? 'locked' : role, teaches }
  }
  const ours = unixGroups.find((group) => group === OPERATORS || group === INSTRUCTORS)
  if (ours === undefined) return { kind: 'root' }
  throw new DeniedError(
    `the account with the number ${uid} is in the group ${ours} but is nobody's of this hub; root of this machine takes it out: gpasswd --delete ACCOUNT ${ours}`,
  )
}

/** Whether everything is allowed: root, and owners, who are root by sudo. */
export const mayEverything = (caller: Caller): boolean => caller.kind === 'root' || caller.role === 'owner'

/** What other callers' environment is for; proxies, package indexes and certificates are not theirs to choose. */
const KEPT = /^(?:PATH|HOME|TERM|NO_COLOR|LANG|LC_[A-Z]+|SUDO_(?:UID|GID|USER|COMMAND))$/

/** The variables to take out of the environment before anything is started for this caller. */
export function heldBack(caller: Caller, env: NodeJS.ProcessEnv): readonly string[] {
  return mayEverything(caller) ? [] : Object.keys(env).filter((name) => !KEPT.test(name))
}
