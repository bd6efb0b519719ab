/** What preflight has to say about one thing: how bad it is, what was seen, and the way out. */

/** `stop`: nothing is begun. `ask`: goes on with `--yes` or consent at the terminal. `warn`: goes on. `ok`: as wanted. */
export type Level = 'stop' | 'ask' | 'warn' | 'ok'

export interface Finding {
  /** Stable name of the rule, the same in text and JSON. */
  readonly id: string
  readonly level: Level
  /** One line: what is the matter, or that all is well. */
  readonly what: string
  /** What was read, and where. */
  readonly evidence: string
  /** A command or a sentence; empty when nothing has to be done. */
  readonly fix: string
}

/** A finding without the rule's name and level. */
export type Report = Omit<Finding, 'id' | 'level'>

/** One thing that is as wanted. */
export function ok(id: string, what: string, evidence: string): Finding {
  return { id, level: 'ok', what, evidence, fix: '' }
}

/** One thing that is not as wanted. */
export function trouble(id: string, level: Exclude<Level, 'ok'>, report: Report): Finding {
  return { id, level, ...report }
}
