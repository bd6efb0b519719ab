/** Ends a test run with one plain line that a script can read. */
import type { Reporter, TestModule } from 'vitest/node'

/**
 * Counts tests by how they ended; a run that fails without a failed test (a throwing setup) counts as one failure.
 * Before that line come the seconds since TLJH_RUN_STARTED (seconds since 1970), which .ci/run sets.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state !== 'pending') count[state] += 1
      }
      if (module.state() === 'failed' && module.children.size === 0) count.failed += 1
    }
    process.on('exit', (code) => {
      if (code !== 0 && count.failed === 0) count.failed = 1
      const started = Number(process.env['TLJH_RUN_STARTED'])
      if (started > 0) process.stdout.write(`whole run: ${Math.round(Date.now() / 1000 - started)} s\n`)
      process.stdout.write(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`)
    })
  }
}
