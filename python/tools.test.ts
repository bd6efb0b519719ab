/** The tools for the Python and shell parts, each as one test, so that one run closes over all languages. */
import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)

/** Runs a tool of the Python environment from the project's root; what it says if it fails, else nothing. */
async function complaints(...argv: string[]): Promise<string> {
  try {
    await run('scripts/python.sh', argv, { cwd: root, maxBuffer: 16 * 1024 * 1024 })
    return ''
  } catch (error) {
    const { stdout, stderr, message } = error as Error & { stdout?: string; stderr?: string }
    return `${message}\n${stdout ?? ''}${stderr ?? ''}`
  }
}

test.for(['ruff check', 'ruff format --check', 'mypy', 'pytest'])('%s', { timeout: 300_000 }, async (tool) => {
  expect(await complaints(...tool.split(' '))).toBe('')
})

test.for([
  ['dash', ['bootstrap.sh', 'scripts/lock', 'scripts/*.sh']],
  ['bash', ['machine/*.sh']],
] as const)('shellcheck %s', async ([shell, patterns]) => {
  const files = globSync([...patterns], { cwd: root })
  const said = files.length > 0 ? await complaints('shellcheck', '-s', shell, ...files) : ''
  expect(said).toBe('')
})
