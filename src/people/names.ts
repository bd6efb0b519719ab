/**
 * Hub names and unix names: the rules of the design, section 4. Pure.
 *
 * A hub name is `[a-z0-9][a-z0-9._@+-]{0,63}` without `..`, ending in a letter or digit. Capital ASCII letters are the
 * same name; anything else that only *becomes* such a name by NFKC and case folding is somebody imitating it: refused.
 *
 * No name is reserved. Nothing of ours can collide with a person's things: accounts and groups of the product begin
 * with `tljh-` or `jupyterhub-`, people's with `jupyter-`; files and units of a person carry the slug in folders or
 * instances where nothing else lies; `/user/NAME` is the hub's own name space for people. Looking a name up in a
 * plain object would collide (`constructor`): we use maps.
 */
import { createHash } from 'node:crypto'

import { BugError } from '../errors.ts'

type ParsedName =
  | { readonly ok: true; readonly name: string }
  | { readonly ok: false; readonly reason: string }

/** Bytes; useradd's limit on Linux. */
const UNIX_NAME_MAX = 32
/** Bytes of names that are ours to choose: systemd-sysusers, which makes a class at once, takes no longer ones. */
const CLEANED_MAX = 31
/** Where TLJH's rule starts to cut. */
const PLAIN_MAX = 25
const NAME_MAX = 64
const SHOWN_MAX = 80
const PREFIX = 'jupyter-'

/** How many hex digits of the hash are tried one after the other when a unix name is taken. */
export const HASH_DIGITS: readonly number[] = [5, 8, 12, 16, 20]

const escaped = (character: string): string => String.raw`\u{${character.codePointAt(0)?.toString(16)}}`

/** Shows any text in printable ASCII, at most 80 characters of it: what is not becomes `\u{…}`. */
export function escapeName(text: string): string {
  const characters = Array.from(text)
  const shown = characters
    .slice(0, SHOWN_MAX)
    .map((c) => (/^[\u0020-\u007e]$/.test(c) && c !== '\\' ? c : escaped(c)))
  return shown.join('') + (characters.length > SHOWN_MAX ? '…' : '')
}

/** Line breaks, control characters and what turns the direction of writing: they would forge lines of a log or a list. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u

/** Whether a text, in whatever language, can be shown as it is. */
export const isPrintable = (text: string): boolean => !UNPRINTABLE.test(text)

function problem(name: string): string | undefined {
  if (name === '') return 'is empty'
  if (name.length > NAME_MAX) return `is longer than ${NAME_MAX} characters`
  const foreign = /[^a-z0-9._@+-]/.exec(name)?.[0]
  if (foreign !== undefined)
    return `has ${foreign === ' ' ? 'a space' : foreign}, which is not one of a-z 0-9 . _ @ + -`
  if (!/^[a-z0-9]/.test(name)) return 'does not begin with a letter or digit'
  if (!/[a-z0-9]$/.test(name)) return 'does not end in a letter or digit'
  if (name.includes('..')) return 'has two dots in a row'
  return undefined
}

/** What is wrong with a name that has characters outside printable ASCII. */
function imitation(text: string): string {
  const normal = text.normalize('NFKC').toLowerCase()
  if (problem(normal) === undefined) return `reads like \`${normal}\` but is written with other characters`
  return 'has characters other than a-z 0-9 . _ @ + -'
}

/**
 * Checks a hub name as somebody typed it and gives its normal form. The reason is a sentence for people in which the
 * name stands escaped, so that hidden characters show.
 */
export function parseHubName(text: string): ParsedName {
  const ascii = /^[\u0020-\u007e]*$/.test(text)
  const name = ascii ? text.toLowerCase() : text
  const wrong = ascii ? problem(name) : imitation(text)
  if (wrong === undefined) return { ok: true, name }
  return { ok: false, reason: `the name '${escapeName(text)}' ${wrong}` }
}

/** @throws BugError for a name that is not in normal form: it should have been checked long before */
export function assertHubName(name: string): void {
  const parsed = parseHubName(name)
  if (!parsed.ok || parsed.name !== name)
    throw new BugError(`a name that was not checked: ${escapeName(name)}`)
}

const portable = (readable: string): boolean => /^[a-z0-9_-]+$/.test(readable)

function clean(hubName: string): string {
  const readable = hubName
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replaceAll(/^[-_]+|[-_]+$/g, '')
  return readable === '' ? 'u' : readable
}

/**
 * The unix name for a hub name. With 5 digits it is TLJH's own where that is portable: `jupyter-NAME`, from 26
 * characters on the first 26, `-` and the start of the SHA-256. Other names are cleaned and always carry the hash.
 * With more digits (a longer hash for a name that is taken) the hash is always there.
 */
export function unixName(hubName: string, hashDigits = 5): string {
  const whole = PREFIX + hubName
  if (hashDigits === 5 && portable(hubName) && whole.length <= PLAIN_MAX) return whole
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, hashDigits)
  const [readable, longest] = portable(hubName)
    ? [whole, UNIX_NAME_MAX]
    : [PREFIX + clean(hubName), CLEANED_MAX]
  return `${readable.slice(0, longest - 1 - hashDigits)}-${hash}`
}

/** The part of a person's unix name that units and files carry. @throws BugError for a name we cannot have made */
export function slugOf(unix: string): string {
  const slug = unix.slice(PREFIX.length)
  if (!unix.startsWith(PREFIX) || !portable(slug) || unix.length > UNIX_NAME_MAX) {
    throw new BugError(`not a unix name of ours: ${escapeName(unix)}`)
  }
  return slug
}
