/** What operators and instructors may ask of `tljh`. Whatever does not stand here is refused. Pure. */
import { DeniedError, UsageError } from '../errors.ts'
import { groupProblem } from '../group-names.ts'
import type { Role } from '../people/access.ts'
import { escapeName, isPrintable, parseHubName } from '../people/names.ts'
import { mayEverything } from './caller.ts'
import type { Caller } from './caller.ts'

/** A person that a command is about, as the ledger and the config say. */
export interface Target {
  readonly role: Role
  readonly groups: readonly string[]
  readonly locked: boolean
  /** Who locked them. */
  readonly lockedBy?: 'owner' | 'other' | 'config' | undefined
}

/** What somebody asks for. */
export interface Request {
  /** The command by its names in the tree, without `tljh` and without aliases: `['user', 'lock']`. */
  readonly path: readonly string[]
  /** Every positional that is not a file. */
  readonly names: readonly string[]
  /** Every option by its name in commander (`passwordFile`), the ones of the whole tree too. */
  readonly options: Readonly<Record<string, unknown>>
  /** Every file, of positionals and options. */
  readonly files: readonly string[]
  /** Looks somebody up by hub name in normal form. */
  readonly target: (name: string) => Target | undefined
}

type LimitedRole = 'operator' | 'instructor'
type OptionRule = 'flag' | 'file' | 'roster' | 'text'

interface Rule {
  readonly for: readonly LimitedRole[]
  /** What the positionals are. */
  readonly words: 'none' | 'people' | 'group' | 'file'
  readonly options: Readonly<Record<string, OptionRule>>
  /** People may do it to themselves. */
  readonly self?: true
  /** It may be done to people whom an owner or the config locked. */
  readonly locked?: true
}

const BOTH = ['operator', 'instructor'] as const
const OPERATOR = ['operator'] as const
const people = (options: Rule['options'] = {}): Rule => ({ for: BOTH, words: 'people', options })
const view: Rule = { for: OPERATOR, words: 'none', options: {} }

/** Options of the whole tree. */
const EVERYWHERE: Rule['options'] = { json: 'flag', verbose: 'flag', yes: 'flag' }

/** Every command, either with what operators and instructors may do with it, or `owners`: theirs alone. */
export const RIGHTS: ReadonlyMap<string, Rule | 'owners'> = new Map<string, Rule | 'owners'>([
  ['status', view],
  ['user list', { ...view, for: BOTH }],
  ['user show', { ...people(), self: true, locked: true }],
  ['user start', people()],
  ['user stop', { ...people(), locked: true }],
  ['user password', people({ passwordFile: 'file', slips: 'file' })],
  ['user lock', people({ reason: 'text' })],
  ['user unlock', people()],
  ['group list', view],
  ['group members', { for: BOTH, words: 'group', options: {} }],
  ['roster list', view],
  ['roster plan', { for: OPERATOR, words: 'file', options: { name: 'roster' } }],
  ['roster apply', { for: OPERATOR, words: 'file', options: { name: 'roster', slips: 'file' } }],
  ...[
    ['install', 'plan', 'reconfigure', 'check', 'logs', 'version'],
    ['config show', 'config check', 'config keys'],
    ['user add', 'user set', 'user rename', 'user adopt', 'group add', 'group remove'],
  ]
    .flat()
    .map((command): [string, 'owners'] => [command, 'owners']),
])

const MAX_TEXT = 500
const ROSTER = /^[a-z0-9][a-z0-9._-]{0,31}$/i

const OPTION_RULES: Readonly<Record<OptionRule, (value: unknown) => boolean>> = {
  flag: (value) => typeof value === 'boolean',
  file: (value) => value === '-',
  roster: (value) => typeof value === 'string' && ROSTER.test(value),
  text: (value) => typeof value === 'string' && value.length <= MAX_TEXT && isPrintable(value),
}
const EXPECTED: Readonly<Record<OptionRule, string>> = {
  flag: '',
  file: ' other than -',
  roster: ' that is not a plain name',
  text: ` that has line breaks, control characters or more than ${MAX_TEXT} characters`,
}

/** Somebody with few rights, and what they want to use them for. */
interface Asked {
  readonly name: string
  readonly role: LimitedRole
  readonly teaches: readonly string[]
  readonly command: string
  readonly rule: Rule
}

const ARTICLES = { operator: 'an operator', instructor: 'an instructor' } as const

/** The one sentence of every refusal. @param detail begins with a blank */
function denied({ name, role, command }: Omit<Asked, 'rule'>, detail = ''): DeniedError {
  return new DeniedError(
    `${name} is ${ARTICLES[role]} and may not use \`tljh ${escapeName(command)}\`${detail}; an owner of this hub can`,
  )
}

function askedOf(caller: Extract<Caller, { kind: 'person' }>, path: readonly string[]): Asked {
  const { name, role, teaches } = caller
  if (role === 'locked')
    throw new DeniedError(`${name} is locked and may not use tljh; an owner lifts the lock`)
  if (role !== 'operator' && role !== 'instructor') {
    throw new DeniedError(
      `${name} is neither operator nor instructor and may not use tljh; an owner can give the right: sudo tljh user set ${name} --operator`,
    )
  }
  const command = path.join(' ')
  const rule = RIGHTS.get(command)
  const asker = { name, role, teaches, command }
  if (rule === undefined || rule === 'owners' || !rule.for.includes(role)) throw denied(asker)
  return { ...asker, rule }
}

/** What commander gives for an option that nobody wrote. */
const isAbsent = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.length === 0)

const flagOf = (key: string): string =>
  `--${escapeName(key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))}`

function checkOptions(asked: Asked, options: Request['options']): void {
  const rules = new Map(Object.entries({ ...EVERYWHERE, ...asked.rule.options }))
  for (const [key, value] of Object.entries(options)) {
    if (isAbsent(value)) continue
    const rule = rules.get(key)
    if (rule === undefined) throw denied(asked, ` with ${flagOf(key)}`)
    if (!OPTION_RULES[rule](value)) throw denied(asked, ` with a ${flagOf(key)}${EXPECTED[rule]}`)
  }
}

/** As root one could read and overwrite any file: what goes in and out goes through the caller's own hands. */
function checkFiles(asked: Asked, { files }: Request): void {
  if (files.some((file) => file !== '-'))
    throw denied(asked, ' with a file; - stands for the standard input or output')
  const { words, options } = asked.rule
  const takesFiles = words === 'file' || Object.values(options).includes('file')
  if (words === 'file' && files.length === 0) throw denied(asked, ' like this')
  if (!takesFiles && files.length > 0) throw denied(asked, ' like this')
}

/** Whether somebody is among the people whom an operator or instructor looks after. */
export function looksAfter(
  { role, teaches }: { readonly role: LimitedRole; readonly teaches: readonly string[] },
  target: Target,
): boolean {
  if (target.role !== 'user') return false
  return role === 'operator' || target.groups.some((group) => teaches.includes(group))
}

function checkPerson(asked: Asked, name: string, target: Target | undefined): void {
  const { rule } = asked
  if (name === asked.name && rule.self === true) return
  // The same for somebody who does not exist: otherwise one could ask who does.
  if (name === asked.name || target === undefined || !looksAfter(asked, target))
    throw denied(asked, ` for ${name}`)
  if (rule.locked !== true && target.locked && target.lockedBy !== 'other')
    throw denied(asked, ` for ${name}, whom an owner or the configuration has locked`)
}

function checkGroups(asked: Asked, [group, ...more]: readonly string[]): void {
  if (group === undefined || more.length > 0) throw denied(asked, ' like this')
  const theirs = asked.role === 'operator' || asked.teaches.includes(group)
  if (groupProblem(group) !== undefined || !theirs)
    throw denied(asked, ` for the group '${escapeName(group)}'`)
}

function normal(text: string): string {
  const parsed = parseHubName(text)
  if (!parsed.ok) throw new UsageError(parsed.reason)
  return parsed.name
}

function checkNames(asked: Asked, { names, target }: Request): void {
  const { words } = asked.rule
  if (words === 'group') return checkGroups(asked, names)
  if (words === 'people' ? names.length === 0 : names.length > 0) throw denied(asked, ' like this')
  for (const name of names.map(normal)) checkPerson(asked, name, target(name))
}

/**
 * Lets a request of root or an owner pass, and of operators and instructors what the table allows them. Look targets up
 * and ask this while holding the lock: roles may change in between.
 * @throws DeniedError that says who may not do what, and who can
 * @throws UsageError for a hub name that is none
 */
export function checkRights(caller: Caller, request: Request): void {
  if (caller.kind === 'root' || mayEverything(caller)) return
  const asked = askedOf(caller, request.path)
  checkOptions(asked, request.options)
  checkFiles(asked, request)
  checkNames(asked, request)
}
