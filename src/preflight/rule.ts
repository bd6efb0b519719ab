/** What a rule is: facts and wishes in, findings out; pure. */
import type { Facts } from './facts.ts'
import type { Finding } from './finding.ts'

/** A TCP address that the hub is to listen on. */
export interface WantedPort {
  /** Empty: every address. */
  readonly address: string
  readonly port: number
  /** Key of config.yaml that chooses the port, such as `http.port`; absent where it is fixed. */
  readonly key?: string
}

/** What the operator wants of this machine. */
export interface Wanted {
  readonly ports: readonly WantedPort[]
  /** Hub names of the administrators. */
  readonly admins: readonly string[]
  /** The hub is installed already. Left out: whether all its parts are there decides. */
  readonly rerun?: boolean
}

/** Wishes with every question answered. */
export type Decided = Required<Wanted>

export type Rule = (facts: Facts, wanted: Decided) => Finding | readonly Finding[]

const MB = 1_000_000

/** Bytes for people, decimal: `1.9 GB`, `300 MB`. Rounded down, so that what is too little never looks like enough. */
export function showBytes(bytes: number): string {
  if (bytes < 1000 * MB) return `${Math.floor(bytes / MB)} MB`
  return `${(Math.floor(bytes / (100 * MB)) / 10).toString()} GB`
}
