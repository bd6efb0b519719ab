/** A machine in memory: files, links, folders and scripted answers to commands. */
import type { CommandResult, PathState, Reader, Room } from '../../src/host/host.ts'

export interface FakeMachine {
  /** Text by path. */
  readonly files?: Readonly<Record<string, string>>
  /** Target by path. */
  readonly links?: Readonly<Record<string, string>>
  readonly folders?: readonly string[]
  /** Standard output by command line; a number is an exit code without output. What is not here is not installed. */
  readonly commands?: Readonly<Record<string, string | number>>
  /** By path; without it the file system does not tell. */
  readonly rooms?: Readonly<Record<string, Room>>
  /** Paths under which nothing may be read. */
  readonly closed?: readonly string[]
  /** When files were last changed, milliseconds since 1970. */
  readonly mtimeMs?: number
}

const state = (type: PathState['type'], mtimeMs: number): PathState => ({
  type,
  mode: 0o755,
  uid: 0,
  gid: 0,
  size: 0,
  mtimeMs,
})

function answer(output: string | number | undefined): CommandResult {
  if (output === undefined) return { code: 127, stdout: '', stderr: 'not found' }
  return typeof output === 'number'
    ? { code: output, stdout: '', stderr: '' }
    : { code: 0, stdout: output, stderr: '' }
}

/** Every path of the machine and the folders above them. */
function allPaths({ files = {}, links = {}, folders = [] }: FakeMachine): ReadonlySet<string> {
  const named = [...Object.keys(files), ...Object.keys(links), ...folders]
  return new Set(
    named.flatMap((path) => path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'))),
  )
}

/** The machine as a Reader. */
export function fakeReader(machine: FakeMachine): Reader {
  const { files = {}, links = {}, commands = {}, rooms = {}, closed = [], mtimeMs = 0 } = machine
  const paths = allPaths(machine)
  const permit = (path: string): void => {
    if (closed.some((prefix) => path.startsWith(prefix))) throw new Error(`EACCES: ${path}`)
  }
  return {
    query: async (argv) => answer(commands[argv.join(' ')]),
    readFile: async (path) => {
      permit(path)
      return files[path]
    },
    readLink: async (path) => {
      permit(path)
      return links[path]
    },
    lstat: async (path) => {
      permit(path)
      if (path in files) return state('file', mtimeMs)
      if (path in links) return state('symlink', mtimeMs)
      return paths.has(path) ? state('directory', mtimeMs) : undefined
    },
    list: async (path) => {
      permit(path)
      const below = [...paths].filter(
        (name) => name.startsWith(`${path}/`) && !name.slice(path.length + 1).includes('/'),
      )
      return below.map((name) => name.slice(path.length + 1)).toSorted()
    },
    room: async (path) => {
      const room = rooms[path]
      if (room === undefined) throw new Error(`ENOSYS: ${path}`)
      return room
    },
  }
}
