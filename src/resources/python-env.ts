/** A generation of a Python environment: built aside from a hashed lock, complete or not there at all. */
import type { Step } from '../host/step.ts'
import type { Kind } from './kind.ts'

export interface PythonEnv {
  readonly kind: 'python-env'
  /** Folder of the generation; its name is a hash of what it is made from, so the same wish is the same folder. */
  readonly path: string
  /** Python program that it starts with. */
  readonly python: string
  /** Requirements with hashes. */
  readonly lock: string
  readonly uv: string
  /** uv's cache; on the same file system, so that files are linked and not copied. */
  readonly cache: string
  /** Top-level modules that must import before the generation counts as complete. */
  readonly proves: readonly string[]
}

/** Ten minutes: a slow mirror. */
const BUILD_TIMEOUT_MS = 600_000

function build(want: PythonEnv, fresh: string): Step[] {
  const env = { UV_CACHE_DIR: want.cache, UV_PYTHON_DOWNLOADS: 'never' }
  const uv = (...words: string[]): Step => ({
    do: 'run',
    argv: [want.uv, ...words],
    env,
    timeoutMs: BUILD_TIMEOUT_MS,
  })
  const lock = `${fresh}/requirements.txt`
  const python = `${fresh}/bin/python`
  const proof = `import ${want.proves.join(', ')}`
  return [
    uv('venv', '--quiet', '--relocatable', '--python', want.python, '--', fresh),
    { do: 'write', path: lock, text: want.lock, mode: 0o644, owner: 'root', group: 'root' },
    uv(
      'pip',
      'sync',
      '--quiet',
      '--require-hashes',
      '--only-binary',
      ':all:',
      '--compile-bytecode',
      '--python',
      python,
      lock,
    ),
    { do: 'run', argv: [python, '-I', '-c', proof], timeoutMs: BUILD_TIMEOUT_MS },
    { do: 'write', path: `${fresh}/.complete`, text: '', mode: 0o644, owner: 'root', group: 'root' },
  ]
}

export const pythonEnv: Kind<PythonEnv, boolean> = {
  observe: async (reader, want) => (await reader.lstat(`${want.path}/.complete`)) !== undefined,

  plan(want, complete) {
    if (complete) return []
    const fresh = `${want.path}.new`
    return [
      { do: 'remove', path: fresh },
      ...build(want, fresh),
      // An incomplete one may still be in use: it goes when its successor is there.
      { do: 'remove', path: want.path },
      { do: 'move', from: fresh, to: want.path },
    ]
  },
}
