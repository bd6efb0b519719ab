/** Claim slips: a page to print, one slip a person with the address and a one-time password. */
import { BugError } from '../errors.ts'
import { ONE_TIME_DAYS } from '../people/passwords.ts'

/** What goes on the slip of one person. */
interface Slip {
  /** Hub name. */
  readonly name: string
  /** One-time password. */
  readonly password: string
}

export interface Slips {
  /** Where people log in. */
  readonly address: string
  /** The day on which the passwords were made, as it is to be printed, such as 2026-11-22. */
  readonly day: string
  readonly slips: readonly Slip[]
}

const PER_SHEET = 8
/** Characters; what is longer is set in smaller letters, so that the rest of the slip has its place. */
const LONG_NAME = 25
const LONG_ADDRESS = 70

function sheetsOf(slips: readonly Slip[]): object[][] {
  const shown = slips.map(({ name, password }) => ({ name, password, long: name.length > LONG_NAME }))
  const sheets = Math.ceil(shown.length / PER_SHEET)
  return Array.from({ length: sheets }, (_, at) => shown.slice(at * PER_SHEET, (at + 1) * PER_SHEET))
}

/**
 * The page, complete in itself: it loads nothing and sends nothing.
 * @param template the text of `slips.html` of this release; whatever is filled in is escaped
 * @throws BugError when the template names a value that is not given
 */
export async function renderSlips(template: string, { address, day, slips }: Slips): Promise<string> {
  // Here and not above: it takes 15 ms, and few commands write slips.
  const { default: Handlebars } = await import('handlebars')
  try {
    const fill = Handlebars.compile(template, { strict: true, knownHelpersOnly: true })
    const about = { address, long: address.length > LONG_ADDRESS, day, days: ONE_TIME_DAYS }
    return fill({ ...about, count: slips.length, sheets: sheetsOf(slips) })
  } catch (error) {
    throw new BugError(`the claim slips cannot be filled in: ${String(error)}`, { cause: error })
  }
}
