/** What a command may use. */
import type { Host } from '../host/host.ts'
import type { Caller } from './caller.ts'
import type { Output } from './output.ts'

export interface Context {
  readonly host: Host
  readonly output: Output
  /** Answers every question with yes. */
  readonly yes: boolean
  /** Who calls, with the rights of their role. */
  readonly caller: Caller
  /** Throws when the caller may not do this; asked again under the lock. @throws DeniedError */
  readonly guard: () => Promise<void>
}

/** Paths that the commands share. */
export const PATHS = {
  config: '/opt/tljh/config/config.yaml',
  rosters: '/opt/tljh/config/rosters',
  ledger: '/opt/tljh/state/ledger.sqlite',
  lock: '/run/tljh-install.lock',
  policy: '/opt/tljh/state/policy.json',
  log: '/var/log/tljh/install.log',
} as const
