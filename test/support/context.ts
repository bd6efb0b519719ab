/** What a command of root works with in tests: a fake host, and an output that is kept. */
import type { Context } from '../../src/cli/context.ts'
import type { Host } from '../../src/host/host.ts'
import { type Kept, outputs } from './sinks.ts'

interface TestContext<H extends Host> extends Context {
  readonly host: H
  readonly out: Kept
  readonly err: Kept
}

/** @param options of the output; without any, lines of text */
export function contextOn<H extends Host>(
  host: H,
  options: Parameters<typeof outputs>[0] = {},
): TestContext<H> {
  return {
    host,
    ...outputs(options),
    yes: false,
    caller: { kind: 'root' },
    guard: async () => undefined,
  }
}
