/** What the helper answers: one JSON object, or a refusal with a code for the hub and a sentence for people. */

/** Codes of a refusal, as the protocol names them. */
export type Code = 'bad-request' | 'bad-name' | 'denied' | 'weak-password' | 'not-allowed' | 'failed'

export interface Started {
  readonly ok: true
  readonly unix: string
  readonly unit: string
  readonly socket: string
  readonly invocation: string
}

export interface Stopped {
  readonly ok: true
}

export interface Status {
  readonly ok: true
  readonly unit: string
  readonly active: string
  readonly sub: string
  readonly result: string
  readonly exit: number
}

export interface Welcome {
  readonly ok: true
  /** Normal form of what was typed. */
  readonly name: string
  readonly admin: boolean
  readonly groups: readonly string[]
  /** True for a one-time password: no session before another one is chosen. */
  readonly change: boolean
}

interface Refused {
  readonly ok: false
  readonly error: Code
  readonly message: string
}

export type Answer = Started | Stopped | Status | Welcome | Refused

/** A request that is not done. `message` goes to the hub; `detail` goes to the journal only. */
export class Refusal extends Error {
  readonly code: Code
  readonly detail: string

  constructor(code: Code, message: string, detail = message) {
    super(message)
    this.name = 'Refusal'
    this.code = code
    this.detail = detail
  }
}
