/** What the hub is worked out from, beside the config: facts of the machine, and the texts of this release. */

import type { Access } from '../people/access.ts'
import type { Person } from '../people/ledger.ts'

/** The three Python environments: each breaks alone. */
export const ENVIRONMENTS = ['hub', 'server', 'user'] as const
export type EnvironmentKind = (typeof ENVIRONMENTS)[number]

/** Facts of the machine that decide what is put on it. */
export interface Machine {
  readonly cores: number
  /** Bytes. */
  readonly memoryBytes: number
  /** Full version of the distribution's Python, such as 3.11.2. */
  readonly pythonVersion: string
  /** Its program with the version in the name, such as /usr/bin/python3.11. */
  readonly pythonBinary: string
  readonly hasIpv6: boolean
  /** An ssh server runs here. */
  readonly hasSsh: boolean
  /** polkit decides here what people may ask of the system. */
  readonly hasPolkit: boolean
}

/** Where this release and its tools lie, with every link resolved. */
interface Release {
  readonly path: string
  readonly node: string
  readonly uv: string
}

/** Texts that come with this release. */
export interface Assets {
  /** Template texts by their place on disk, such as `etc/sudoers.d/tljh-admins`. */
  readonly templates: ReadonlyMap<string, string>
  readonly locks: Readonly<Record<EnvironmentKind, { readonly text: string; readonly digest: string }>>
}

/** A person of the ledger, and what the config gives them; without access they may not log in. */
export interface KnownPerson {
  readonly person: Person
  readonly access: Access | undefined
}

export interface Inputs {
  readonly machine: Machine
  readonly release: Release
  readonly assets: Assets
  /** Fresh random texts for the tokens of services; only used where there is none yet. */
  readonly freshTokens: { readonly culler: string; readonly cli: string }
  /** Everybody in the ledger, by hub name. */
  readonly people: readonly KnownPerson[]
  /** Groups of the machine that were ours at the last run: people leave those that the config no longer names. */
  readonly formerGroups: readonly string[]
}
