/** A copy of the distribution's Python: it outlives `apt autoremove` and an upgrade of the distribution. */
import type { Kind } from './kind.ts'

export interface PythonInterpreter {
  readonly kind: 'python-interpreter'
  /** Folder of the copy; its last part is the version. */
  readonly path: string
  /** The distribution's program, such as /usr/bin/python3.11. */
  readonly binary: string
  /** Its library, such as /usr/lib/python3.11. */
  readonly library: string
}

/** Complete: the copy starts and imports what lies in compiled modules. */
export const pythonInterpreter: Kind<PythonInterpreter, boolean> = {
  observe: async (reader, want) => (await reader.lstat(`${want.path}/.complete`)) !== undefined,

  plan(want, complete) {
    if (complete) return []
    const fresh = `${want.path}.new`
    const program = `${fresh}/bin/${want.binary.split('/').at(-1) ?? 'python3'}`
    return [
      { do: 'remove', path: fresh },
      { do: 'run', argv: ['mkdir', '-p', '--', `${fresh}/bin`, `${fresh}/lib`] },
      { do: 'run', argv: ['cp', '--archive', '--dereference', '--', want.binary, `${fresh}/bin/`] },
      { do: 'run', argv: ['cp', '--archive', '--', want.library, `${fresh}/lib/`] },
      { do: 'run', argv: [program, '-I', '-c', 'import ssl, sqlite3, ctypes, zlib, lzma, bz2, uuid'] },
      { do: 'write', path: `${fresh}/.complete`, text: '', mode: 0o644, owner: 'root', group: 'root' },
      { do: 'remove', path: want.path },
      { do: 'move', from: fresh, to: want.path },
    ]
  },
}
