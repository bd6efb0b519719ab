/** What a verb works with: paths, policy, ledger, the hand on the machine, and the lock of one person. */
import { HostError } from '../errors.ts'
import { exclusiveSync } from '../host/exclusive.ts'
import type { Hand } from '../host/sync.ts'
import { type Ledger, openLedger } from '../people/ledger.ts'
import { parsePolicy, type Policy } from '../people/policy.ts'
import type { Paths } from './paths.ts'

export interface Context {
  readonly paths: Paths
  readonly policy: Policy
  readonly ledger: Ledger
  readonly hand: Hand
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Milliseconds to wait for another request about the same person; its stop may take 8 s, its start a little more. */
const PERSON_MS = 25_000

function readPolicy(paths: Paths, hand: Hand): Policy {
  const text = hand.readText(paths.policy)
  if (text === undefined) throw new HostError(`${paths.policy} does not exist; run \`tljh reconfigure\``)
  return parsePolicy(text)
}

/** Opens the ledger for one request; reads the policy when it is first asked for, so `stop` works without one. */
export function openContext(paths: Paths, hand: Hand): Context {
  let policy: Policy | undefined
  const ledger = openLedger(paths.ledger)
  return {
    paths,
    hand,
    ledger,
    now: Date.now(),
    get policy() {
      policy ??= readPolicy(paths, hand)
      return policy
    },
  }
}

/**
 * Does the work while no other request about this slug runs: two at once cancel each other's jobs. The file's name ends
 * in a word that no slug contains: SQLite takes `NAME-journal` for a part of `NAME`.
 */
export function alone<T>(context: Context, slug: string, work: () => T): T {
  const claim = {
    waitMs: PERSON_MS,
    holder: `the helper, for jupyter-${slug}`,
    busy: () => `the server of jupyter-${slug} is still being started or stopped; try again in a minute`,
  }
  return exclusiveSync(`${context.paths.locks}/${slug}.lock`, claim, work)
}
