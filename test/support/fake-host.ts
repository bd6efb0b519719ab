/** A machine in memory: files with owners and times, scripted answers, and steps that change it. The only fake. */
import type { CommandResult, Host, PathState, Room } from '../../src/host/host.ts'
import type {
  AppendStep,
  CommandStep,
  HomesStep,
  LinkStep,
  MakeDirectoryStep,
  Step,
  WriteStep,
} from '../../src/host/step.ts'

export interface Entry {
  readonly type: PathState['type']
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly text: string
  readonly target: string
  readonly mtimeMs: number
}

const OK: CommandResult = { code: 0, stdout: '', stderr: '' }
const NEW: Entry = { type: 'file', mode: 0o644, uid: 0, gid: 0, text: '', target: '', mtimeMs: 0 }
/** Accounts of a machine on which ours are there. */
const PASSWD =
  'root:x:0:0:root:/root:/bin/bash\ntljh-hub:x:996:996:JupyterHub:/var/lib/tljh-hub:/usr/sbin/nologin\n'
const GROUPS = 'root:x:0:\nadm:x:4:\ntljh-hub:x:996:\ntljh-sock:x:994:tljh-hub,tljh-proxy\n'

export class FakeHost implements Host {
  readonly entries = new Map<string, Entry>()
  /** Every step that was performed, in order. */
  readonly performed: Step[] = []
  /** Answers to queries by the beginning of their line: the first that fits; without one, exit code 0 and no output. */
  readonly answers: [string, Partial<CommandResult> | (() => Partial<CommandResult>)][] = []
  /** What commands do. */
  run: (step: CommandStep) => void | Promise<void> = () => undefined
  /** Time of the machine, milliseconds; every step takes one. */
  now = 1000

  constructor(files: Readonly<Record<string, string | Partial<Entry>>> = {}) {
    for (const [path, given] of Object.entries({ '/etc/passwd': PASSWD, '/etc/group': GROUPS, ...files })) {
      this.put(path, typeof given === 'string' ? { text: given } : given)
    }
  }

  put(path: string, entry: Partial<Entry>): void {
    this.entries.set(path, { ...NEW, mtimeMs: this.now, ...entry })
  }

  query = async (argv: readonly string[]): Promise<CommandResult> => {
    const answer = this.answers.find(([start]) => argv.join(' ').startsWith(start))?.[1]
    return { ...OK, ...(typeof answer === 'function' ? answer() : answer) }
  }
  lstat = async (path: string): Promise<PathState | undefined> => {
    const entry = this.entries.get(path)
    return entry === undefined ? undefined : { ...entry, size: entry.text.length }
  }
  readFile = async (path: string): Promise<string | undefined> => this.entries.get(path)?.text
  readLink = async (path: string): Promise<string | undefined> => {
    const entry = this.entries.get(path)
    return entry?.type === 'symlink' ? entry.target : undefined
  }
  list = async (path: string): Promise<readonly string[]> =>
    [...this.#below(path)].map((name) => name.slice(path.length + 1)).filter((name) => !name.includes('/'))
  room = async (): Promise<Room> => ({ freeBytes: 1, totalBytes: 1, freeInodes: 1, totalInodes: 1 })

  perform = async (step: Step): Promise<void> => {
    this.now += 1
    this.performed.push(step)
    if (step.do === 'run') await this.run(step)
    else this.#change(step)
  }

  #below(path: string): readonly string[] {
    return [...this.entries.keys()].filter((name) => name.startsWith(`${path}/`)).toSorted()
  }

  #id(database: 'passwd' | 'group', name: string): number {
    if (name === 'root') return 0
    const line = this.entries.get(`/etc/${database}`)?.text.split('\n')
    return Number(line?.find((entry) => entry.startsWith(`${name}:`))?.split(':')[2])
  }

  #owned({ owner, group, mode }: Pick<WriteStep, 'owner' | 'group' | 'mode'>): Partial<Entry> {
    return { mode, uid: this.#id('passwd', owner), gid: this.#id('group', group) }
  }

  #change(step: Exclude<Step, CommandStep>): void {
    if (step.do === 'move') return this.#move(step.from, step.to)
    if (step.do === 'remove') return this.#remove(step.path)
    if (step.do === 'homes') return this.#makeHomes(step)
    const before = this.entries.get(step.path)
    this.put(
      step.path,
      step.do === 'attributes' ? { ...before, ...this.#owned(step) } : this.#made(step, before),
    )
  }

  #makeHomes({ homes }: HomesStep): void {
    for (const { home, uid, gid } of homes) this.put(home, { type: 'directory', mode: 0o700, uid, gid })
  }

  #made(
    step: WriteStep | MakeDirectoryStep | LinkStep | AppendStep,
    before: Entry | undefined,
  ): Partial<Entry> {
    if (step.do === 'link') return { type: 'symlink', target: step.target, mode: 0o777 }
    if (step.do === 'append') return { text: `${before?.text ?? ''}${step.line}\n`, mode: 0o600 }
    if (step.do === 'mkdir') return { type: 'directory', ...this.#owned(step) }
    return { text: step.text, ...this.#owned(step) }
  }

  #move(from: string, to: string): void {
    for (const name of [from, ...this.#below(from)]) {
      this.put(to + name.slice(from.length), this.entries.get(name) ?? {})
    }
    this.#remove(from)
  }

  #remove(path: string): void {
    for (const name of [path, ...this.#below(path)]) this.entries.delete(name)
  }
}
