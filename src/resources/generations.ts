/** Old generations in a folder: the current one and the one before it stay, and all that a process still uses. */
import type { Reader } from '../host/host.ts'
import type { Kind } from './kind.ts'

export interface Generations {
  readonly kind: 'generations'
  /** Folder that holds one folder for each generation. */
  readonly path: string
  /** The generation in use now. */
  readonly current: string
}

/** A generation that could go. */
interface Old {
  readonly path: string
  readonly mtimeMs: number
}

export interface GenerationsState {
  /** All but the current one. */
  readonly old: readonly Old[]
  /** Command lines of all processes, where there is more than one old generation. */
  readonly commands: readonly string[]
}

/** How many stay beside the current one: the one to go back to. */
const KEPT = 1

async function commandLines(reader: Reader): Promise<string[]> {
  const processes = (await reader.list('/proc')).filter((name) => /^\d+$/.test(name))
  // A process that ends meanwhile has no command line any more; reading it may fail in more ways than one.
  const lines = processes.map((pid) => reader.readFile(`/proc/${pid}/cmdline`).catch(() => undefined))
  return (await Promise.all(lines)).filter((line) => line !== undefined)
}

export const generations: Kind<Generations, GenerationsState> = {
  async observe(reader, want) {
    // A name with a dot at either end is one that is being built or thrown away by somebody else.
    const names = (await reader.list(want.path)).filter(
      (name) => !name.startsWith('.') && !name.endsWith('.new'),
    )
    const paths = names.map((name) => `${want.path}/${name}`).filter((path) => path !== want.current)
    const states = await Promise.all(paths.map((path) => reader.lstat(path)))
    const old = paths.flatMap((path, index) => {
      const state = states[index]
      return state?.type === 'directory' ? [{ path, mtimeMs: state.mtimeMs }] : []
    })
    return { old, commands: old.length > KEPT ? await commandLines(reader) : [] }
  },

  plan(_, { old, commands }) {
    return old
      .toSorted((a, b) => b.mtimeMs - a.mtimeMs)
      .slice(KEPT)
      .filter(({ path }) => !commands.some((line) => line.includes(`${path}/`)))
      .map(({ path }) => ({ do: 'remove', path }))
  },
}
