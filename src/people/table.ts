/** Tables as spreadsheets save them: bytes to text, text to rows with their lines. Pure; knows nothing of rosters. */
import { CsvError, parse } from 'csv-parse/sync'

/** Something in a table, and where: lines count from 1. */
interface TableProblem {
  readonly line: number
  readonly message: string
}

export interface TableRow {
  /** Where the row begins. */
  readonly line: number
  readonly cells: readonly string[]
}

interface Table {
  /** The header first. Rows without anything in them and lines that begin with # are left out. */
  readonly rows: readonly TableRow[]
  /** Why reading ended before the end of the text. */
  readonly broken?: TableProblem
}

const NEW_LINE = /\r\n?|\n/g
const SEPARATORS = [',', ';', '\t']

const MEND = 'save the file as "CSV UTF-8" and try again'
const HOLDS_ZERO = `holds a byte of zero: ${MEND}`
const NOT_UTF8 = `is not UTF-8: ${MEND}`

/**
 * The first line of a decoded text with bytes that were not UTF-8, or with a NUL; undefined when all are well. What is
 * not UTF-8 has become U+FFFD, which no table of ours holds.
 */
export function brokenText(text: string): TableProblem | undefined {
  const lines = text.split(NEW_LINE)
  const at = lines.findIndex((line) => /[\0\uFFFD]/.test(line))
  if (at < 0) return undefined
  return { line: at + 1, message: lines[at]?.includes('\0') === true ? HOLDS_ZERO : NOT_UTF8 }
}

const isHeader = (line: string): boolean => !line.startsWith('#') && /[^\s",;]/.test(line)

/** The separator with which the header has the column; a comma when none does. */
function separatorOf(text: string, column: string): string {
  const header = text.split('\n').find(isHeader) ?? ''
  const named = (separator: string): boolean =>
    header.split(separator).some((cell) => cell.replaceAll('"', '').trim().toLowerCase() === column)
  return SEPARATORS.find(named) ?? ','
}

const QUOTES: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a cell here begins with a quote (") and never ends: close it, or take the quote out',
  CSV_INVALID_CLOSING_QUOTE: 'text follows the quote (") that ends a cell: write a quote inside a cell twice',
  INVALID_OPENING_QUOTE:
    'a quote (") stands inside a cell: put the whole cell in quotes and write this one twice',
}

/** Where the cell that never ends begins. @param read how many lines the whole rows take */
function openQuote(text: string, read: number): number {
  const rest = text.split('\n').slice(read)
  return read + 1 + rest.findIndex((line) => line.includes('"') && !line.startsWith('#'))
}

/** @throws what is not about the text */
function brokenBy(error: unknown, text: string, read: number): TableProblem {
  const message = error instanceof CsvError ? QUOTES[error.code] : undefined
  if (!(error instanceof CsvError) || message === undefined) throw error
  const isOpen = error.code === 'CSV_QUOTE_NOT_CLOSED'
  return { line: isOpen ? openQuote(text, read) : Number(error['lines']), message }
}

/**
 * Reads a table, with or without a byte order mark, with any line breaks. Its separator (comma, semicolon or tab) is
 * the one with which the header has a column of the given name, in lower case.
 */
export function readTable(given: string, column: string): Table {
  // The library takes the first line break it meets for all of them, and counts some kinds twice.
  const text = given.replace(/^\uFEFF/, '').replaceAll(NEW_LINE, '\n')
  const rows: TableRow[] = []
  let read = 0
  try {
    parse(text, {
      delimiter: separatorOf(text, column),
      record_delimiter: '\n',
      comment: '#',
      comment_no_infix: true,
      skip_records_with_empty_values: true,
      relax_column_count: true,
      on_record: (cells: string[], { lines }) => {
        rows.push({ line: lines - cells.join('').split('\n').length + 1, cells })
        read = lines
      },
    })
    return { rows }
  } catch (error) {
    return { rows, broken: brokenBy(error, text, read) }
  }
}
