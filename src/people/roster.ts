/** Rosters: who is in a class, in which groups, as what; from a CSV file to rows and back. Pure. */
import { basename } from 'node:path'

import { BugError, ConfigError, UsageError } from '../errors.ts'
import { groupProblem } from '../group-names.ts'
import { escapeName, parseHubName } from './names.ts'
import { brokenText, readTable } from './table.ts'
import type { TableRow } from './table.ts'

const ROLES = ['user', 'instructor', 'operator'] as const
type RosterRole = (typeof ROLES)[number]

export interface RosterRow {
  /** Hub name in normal form. */
  readonly name: string
  /** Unix groups, sorted, each once. */
  readonly groups: readonly string[]
  /** An instructor teaches the groups of the row. */
  readonly role: RosterRole
}

/** Sorted by name, each name once. */
export type Roster = readonly RosterRow[]

interface RosterChange {
  readonly before: RosterRow
  readonly after: RosterRow
}

interface RosterDifference {
  readonly added: RosterRow[]
  readonly changed: RosterChange[]
  readonly left: RosterRow[]
}

type Column = 'name' | 'groups' | 'role'
type Places = ReadonlyMap<Column, number>
type Report = (line: number, key: Column | '', message: string) => void

const MAX_BYTES = 1024 ** 2
const MAX_ROWS = 20_000
const HEADINGS: ReadonlyMap<string, Column> = new Map([
  ['name', 'name'],
  ['groups', 'groups'],
  ['group', 'groups'],
  ['role', 'role'],
  ['roles', 'role'],
])

const byName = (a: RosterRow, b: RosterRow): number => (a.name < b.name ? -1 : 1)
const quoted = (text: string): string => `'${escapeName(text)}'`

function checkSize(bytes: number, file: string): void {
  if (bytes <= MAX_BYTES) return
  throw new ConfigError([
    { file, key: '', message: 'is larger than 1 MB: no roster is; is it the right file?' },
  ])
}

/** Which cell of a row is what. Columns that are not ours are left alone: class lists have more. */
function placesOf({ cells, line }: TableRow, report: Report): Places {
  const places = new Map<Column, number>()
  for (const [at, cell] of cells.entries()) {
    const column = HEADINGS.get(cell.trim().toLowerCase())
    if (column === undefined) continue
    const other = places.get(column)
    if (other === undefined) places.set(column, at)
    else report(line, column, `columns ${other + 1} and ${at + 1} are both this one: take one out`)
  }
  if (!places.has('name')) {
    const found = cells.map((cell) => quoted(cell.trim())).join(', ')
    report(line, 'name', `expected a header with a column called name, found ${found}`)
  }
  return places
}

function groupsOf(text: string, report: (message: string) => void): string[] {
  // No group has a comma or semicolon in its name, so both separate whatever separates the cells.
  const groups = [...new Set(text.split(/[ \t\n;,]+/))].filter((group) => group !== '')
  for (const group of groups) {
    const problem = groupProblem(group)
    if (problem !== undefined) report(`${problem}; found ${quoted(group)}`)
  }
  return groups.toSorted()
}

function roleOf(text: string, report: (message: string) => void): RosterRole {
  const word = text.trim().toLowerCase()
  const role = word === '' ? 'user' : ROLES.find((known) => known === word)
  if (role !== undefined) return role
  if (word === 'owner' || word === 'admin') report('owners stand in config.yaml, under users.admin')
  else report(`expected ${ROLES.join(', ')} or nothing, found ${quoted(text.trim())}`)
  return 'user'
}

/** A row as it was meant; whatever is wrong with it is reported, and then nobody looks at what comes back. */
function rowOf({ line, cells }: TableRow, places: Places, report: Report): RosterRow {
  const cell = (column: Column): string => cells[places.get(column) ?? -1] ?? ''
  const parsed = parseHubName(cell('name'))
  if (!parsed.ok) report(line, 'name', parsed.reason)
  const groups = groupsOf(cell('groups'), (message) => report(line, 'groups', message))
  const role = roleOf(cell('role'), (message) => report(line, 'role', message))
  if (role === 'instructor' && groups.length === 0) {
    report(line, 'groups', 'expected at least one group: it is what the instructor teaches')
  }
  return { name: parsed.ok ? parsed.name : '', groups, role }
}

function rowsOf([header, ...rest]: readonly TableRow[], report: Report): RosterRow[] {
  if (header === undefined) return []
  const places = placesOf(header, report)
  if (!places.has('name')) return []
  const excess = rest[MAX_ROWS]
  if (excess !== undefined) {
    report(excess.line, '', `has more than ${MAX_ROWS} rows: split the file from here`)
    return []
  }
  const seen = new Map<string, number>()
  return rest.map((row) => {
    const width = header.cells.length
    if (row.cells.slice(width).some((cell) => cell.trim() !== '')) {
      const groups = 'several groups go into one cell, with blanks between them'
      report(row.line, '', `has ${row.cells.length} cells where the header has ${width}; ${groups}`)
    }
    const person = rowOf(row, places, report)
    const other = seen.get(person.name)
    if (person.name !== '' && other !== undefined) {
      report(row.line, 'name', `${person.name} stands in line ${other} already: take one of the two out`)
    }
    seen.set(person.name, other ?? row.line)
    return person
  })
}

/**
 * Reads a roster: CSV with a header, see docs/people.md.
 * @param file its name, for messages
 * @throws ConfigError with every problem, sorted by line
 */
export function parseRoster(text: string, file: string): Roster {
  checkSize(Buffer.byteLength(text), file)
  const problems: ConfigError['problems'][number][] = []
  const report: Report = (line, key, message) => problems.push({ file, line, key, message })
  const { rows, broken } = readTable(text, 'name')
  const people = rowsOf(rows, report)
  if (broken !== undefined) report(broken.line, '', broken.message)
  else if (rows.length === 0) report(1, '', 'is empty: expected a header such as name,groups,role')
  if (problems.length > 0) throw new ConfigError(problems)
  return people.toSorted(byName)
}

/**
 * Reads a roster from a file that was decoded leniently: bytes that are no text are named, wherever they stand.
 * @throws ConfigError as `parseRoster` does, and with the line of the first byte that is zero or not UTF-8
 */
export function parseRosterFile(text: string, file: string): Roster {
  checkSize(Buffer.byteLength(text), file)
  const damaged = brokenText(text)
  if (damaged !== undefined) throw new ConfigError([{ file, key: '', ...damaged }])
  return parseRoster(text, file)
}

function checkRow({ name, groups, role }: RosterRow): void {
  const parsed = parseHubName(name)
  const good = parsed.ok && parsed.name === name && groups.every((group) => groupProblem(group) === undefined)
  if (!good || (role === 'instructor' && groups.length === 0)) {
    throw new BugError(`not a row of a roster: ${quoted(name)}`)
  }
}

/** The one text of a roster, which `parseRoster` reads. @throws BugError for a row that it would refuse */
export function formatRoster(roster: Roster): string {
  const lines = roster.toSorted(byName).map((row) => {
    checkRow(row)
    return `${row.name},${row.groups.toSorted().join(';')},${row.role}\n`
  })
  return `name,groups,role\n${lines.join('')}`
}

const isSame = (a: RosterRow, b: RosterRow): boolean =>
  a.role === b.role && a.groups.join() === b.groups.join()

/** What applying `after` changes when `before` was applied last; each list sorted by name. */
export function diffRosters(before: Roster, after: Roster): RosterDifference {
  const former = new Map(before.map((row) => [row.name, row]))
  const staying = new Set(after.map(({ name }) => name))
  const changed = after.flatMap((row) => {
    const old = former.get(row.name)
    return old === undefined || isSame(old, row) ? [] : [{ before: old, after: row }]
  })
  return {
    added: after.filter(({ name }) => !former.has(name)),
    changed,
    left: before.filter(({ name }) => !staying.has(name)),
  }
}

/**
 * The name under which a roster is kept.
 * @param path the file it comes from; `-` is standard input
 * @param given what --name says
 * @throws UsageError when there is no name, or it is not one for a file of ours
 */
export function rosterName(path: string, given?: string): string {
  if (path === '-' && given === undefined) {
    throw new UsageError('a roster from standard input needs a name: add --name, such as --name course-a')
  }
  const name = (given ?? basename(path)).replace(/\.csv$/i, '')
  // Before it is lower-cased: some other characters become ASCII by that.
  if (/^[a-z0-9][a-z0-9._-]{0,31}$/i.test(name)) return name.toLowerCase()
  const rule = 'at most 32 characters of a-z 0-9 . _ -, the first a letter or digit'
  throw new UsageError(`${quoted(name)} is no name for a roster: give another with --name, ${rule}`)
}
