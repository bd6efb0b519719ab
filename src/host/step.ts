/** A step is data: one change of the machine, and the one function that shows it. */

/** A command line. It is shown without its input: a secret may be in that, never in the arguments. */
export interface CommandStep {
  readonly do: 'run'
  readonly argv: readonly string[]
  readonly input?: string
  /** What the input is about, shown behind the command. */
  readonly about?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
  /** A command that only reads, whose output tells why this one failed; `{began}` is when, in seconds since 1970. */
  readonly reason?: readonly string[]
}

/** Writes a file atomically: temporary file beside it, owner and mode first, then rename. */
export interface WriteStep {
  readonly do: 'write'
  readonly path: string
  readonly text: string
  /** Permission bits. */
  readonly mode: number
  /** Account and group by name, looked up when the step is performed. */
  readonly owner: string
  readonly group: string
  readonly secret?: boolean
  /** A command that must accept the new file before it moves into place; `{}` stands for its path. */
  readonly check?: readonly string[]
}

export interface MakeDirectoryStep {
  readonly do: 'mkdir'
  readonly path: string
  /** Permission bits. */
  readonly mode: number
  /** Account and group by name, looked up when the step is performed. */
  readonly owner: string
  readonly group: string
}

/** Sets owner and mode of the path itself, through a descriptor that does not follow a link. */
export interface AttributesStep {
  readonly do: 'attributes'
  readonly path: string
  /** Permission bits. */
  readonly mode: number
  /** Account and group by name, looked up when the step is performed. */
  readonly owner: string
  readonly group: string
}

/** Puts a symbolic link in place by rename. */
export interface LinkStep {
  readonly do: 'link'
  readonly path: string
  readonly target: string
}

/** Moves a path; both lie on one file system and the target does not exist. */
interface MoveStep {
  readonly do: 'move'
  readonly from: string
  readonly to: string
}

/** Removes a path and what is under it; a link is removed, not followed. */
interface RemoveStep {
  readonly do: 'remove'
  readonly path: string
}

/** Makes homes, each aside and moved into place when it is whole. */
export interface HomesStep {
  readonly do: 'homes'
  readonly folder: string
  /** What each begins with. */
  readonly skeleton: string
  readonly homes: readonly {
    readonly slug: string
    readonly home: string
    readonly uid: number
    readonly gid: number
  }[]
}

/** Adds one line to a file that only root reads; used for receipts. */
export interface AppendStep {
  readonly do: 'append'
  readonly path: string
  readonly line: string
}

export type Step =
  | AppendStep
  | CommandStep
  | WriteStep
  | MakeDirectoryStep
  | AttributesStep
  | LinkStep
  | MoveStep
  | RemoveStep
  | HomesStep

const octal = (mode: number): string => mode.toString(8).padStart(4, '0')

/** Quotes an argument for reading; nothing shown here is ever given to a shell. */
export function showArgument(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** Names that are shown; of more only how many there are. */
const SHOWN = 5

const few = (names: readonly string[]): string =>
  names.length <= SHOWN
    ? names.join(', ')
    : `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more`

const showCommand = ({ argv, about }: CommandStep): string =>
  argv.map(showArgument).join(' ') + (about === undefined ? '' : ` (${few(about)})`)

/** What each step says. */
const SHOWN_AS: { readonly [Do in Step['do']]: (step: Extract<Step, { do: Do }>) => string } = {
  run: showCommand,
  write: ({ path, mode, secret }) => `write ${path} (${octal(mode)}${secret === true ? ', secret' : ''})`,
  mkdir: ({ path, mode }) => `make folder ${path} (${octal(mode)})`,
  attributes: ({ path, mode, owner, group }) => `set ${path} to ${octal(mode)}, owner ${owner}:${group}`,
  append: ({ path }) => `add a line to ${path}`,
  link: ({ path, target }) => `link ${path} -> ${target}`,
  move: ({ from, to }) => `move ${from} to ${to}`,
  remove: ({ path }) => `remove ${path}`,
  homes: ({ homes }) => `make homes (0700): ${few(homes.map(({ home }) => home))}`,
}

/** One line for people. Secrets never appear in it. */
export function showStep<Do extends Step['do']>(step: Extract<Step, { do: Do }>): string {
  const kind: Do = step.do
  return SHOWN_AS[kind](step)
}
