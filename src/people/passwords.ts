/**
 * Passwords: scrypt from node:crypto, checked in constant time, in a self-describing text
 * `$scrypt$ln=14,r=8,p=5$SALT$HASH` (base64 without padding).
 *
 * Sources. Cost: a row of OWASP's Password Storage Cheat Sheet for scrypt; of its equal rows N=2^14 r=8 p=5 takes
 * 16 MiB, and twelve logins at once must fit a machine with 1 GB. Salt 16 bytes: NIST SP 800-132, 5.1 (128 bits).
 * Length: NIST SP 800-63B-3 asks 8 at least, revision 4 asks 15 where a password is the only factor; 10 lies between.
 * At most 1024 bytes: NIST asks that 64 characters fit; the limit keeps a request small. NFKC before hashing, a list of
 * common ones, no composition rules, no expiry: the same document, 5.1.1.2.
 */
import { randomBytes, randomInt, scryptSync, timingSafeEqual } from 'node:crypto'

/** The shortest password, in characters. */
const PASSWORD_MIN = 10
/** The longest password, in bytes of UTF-8. */
const PASSWORD_MAX_BYTES = 1024
/** How long a one-time password is good; days. Long enough for a term that starts late, and no longer. */
export const ONE_TIME_DAYS = 30

interface Cost {
  /** Logarithm of N to base 2. */
  readonly ln: number
  readonly r: number
  readonly p: number
}

interface Stored extends Cost {
  readonly salt: Buffer
  readonly hash: Buffer
}

const CHOSEN: Cost = { ln: 14, r: 8, p: 5 }
const GENERATED: Cost = { ln: 8, r: 8, p: 1 }
const SALT_BYTES = 16
const HASH_BYTES = 32
const DAY_MS = 86_400_000

/** Letters and digits that are not taken for one another; 31 of them, so 16 give 79 bits. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'
const GROUPS = 4
const GROUP_LENGTH = 4
/** Names shorter than this may be part of a password: `al` is in `a salty sea`. */
const NAME_IN_PASSWORD = 4
const DIFFERENT_MIN = 4

/** The beginnings of what guessers try first, of ten characters and more; ours, from what keyboards and words suggest. */
const COMMON = `
  0123456789 1234567890 0987654321 9876543210 1234567891 1122334455 123123123 12345678910
  qwertyuiop qwertzuiop azertyuiop asdfghjkl zxcvbnm qwerty qwertz 1q2w3e4r5t 1qaz2wsx3e q1w2e3r4t5
  password passw0rd p@ssword p@ssw0rd passwort motdepasse contrasena changeme letmein secret
  iloveyou administrator admin123 welcome jupyter jupyterhub jupyterlab notebook
  abcdefghij abc123 sunshine princess football baseball superman
`
  .trim()
  .split(/\s+/)

/** The form in which a password is hashed and compared. */
const normal = (password: string): string => password.normalize('NFKC')

const encode = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')

function derive(password: string, { ln, r, p, salt }: Omit<Stored, 'hash'>, length: number): Buffer {
  const N = 2 ** ln
  return scryptSync(normal(password), salt, length, { N, r, p, maxmem: 128 * r * (N + p + 2) })
}

function hashed(password: string, cost: Cost): string {
  const salt = randomBytes(SALT_BYTES)
  const hash = derive(password, { ...cost, salt }, HASH_BYTES)
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${encode(salt)}$${encode(hash)}`
}

/** Hashes a password that a person chose, with a new salt; takes about 0.15 s. */
export function hashPassword(password: string): string {
  return hashed(password, CHOSEN)
}

/** Hashes what `oneTimePassword` made: nobody guesses 79 bits, so it need not be slow and a class is added at once. */
export function hashOneTimePassword(password: string): string {
  return hashed(password, GENERATED)
}

const SHAPE =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22,86})\$([A-Za-z0-9+/]{43,86})$/

/** Up to 2^17 and 16: 256 MiB at most, what the helper's unit may have. */
function parseStored(text: string): Stored | undefined {
  const [, ln, r, p, salt, hash] = SHAPE.exec(text) ?? []
  if (salt === undefined || hash === undefined) return undefined
  const stored = {
    ln: Number(ln),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  }
  const sane = stored.ln >= 1 && stored.ln <= 17 && stored.r >= 1 && stored.r <= 16 && stored.p >= 1
  return sane ? stored : undefined
}

/** What is hashed for a name that nobody has. */
const NOBODY = { ...CHOSEN, salt: Buffer.alloc(SALT_BYTES) }

const work = ({ ln, r, p }: Cost): number => 2 ** ln * r * p

/**
 * True when the password belongs to the stored text; false for none and for one that is no hash of ours. All take as
 * long as a chosen password does, one-time passwords too: nobody learns from the clock which names exist.
 */
export function verifyPassword(password: string, stored: string | undefined): boolean {
  const known = stored === undefined ? undefined : parseStored(stored)
  if (known === undefined || work(known) < work(CHOSEN) / 2) derive(password, NOBODY, HASH_BYTES)
  if (known === undefined) return false
  return timingSafeEqual(derive(password, known, known.hash.length), known.hash)
}

const letter = (): string => ALPHABET.charAt(randomInt(ALPHABET.length))
const group = (): string => Array.from({ length: GROUP_LENGTH }, letter).join('')

/** A password for one login, to be read aloud or copied from paper: `kq7m-…`, 79 bits. */
export function oneTimePassword(): string {
  return Array.from({ length: GROUPS }, group).join('-')
}

/** True when a one-time password was given too long ago; a time in the future or none counts as too long. */
export function oneTimeOver(changedAt: string, now: number): boolean {
  const age = now - Date.parse(changedAt)
  return !(age >= -DAY_MS && age <= ONE_TIME_DAYS * DAY_MS)
}

function isCommon(folded: string): boolean {
  const bare = folded.replaceAll(/[^\p{L}\p{N}@]/gu, '')
  return COMMON.some((common) => bare.startsWith(common) && bare.length - common.length <= GROUP_LENGTH)
}

/** Why a password is too weak, as the end of a sentence that begins with "the new password"; undefined when it is good. */
export function weakness(password: string, hubName: string): string | undefined {
  const text = normal(password)
  const folded = text.toLowerCase()
  if (Array.from(text).length < PASSWORD_MIN) return `must have at least ${PASSWORD_MIN} characters`
  if (Buffer.byteLength(text) > PASSWORD_MAX_BYTES) return `must have at most ${PASSWORD_MAX_BYTES} bytes`
  if (folded === hubName || (hubName.length >= NAME_IN_PASSWORD && folded.includes(hubName))) {
    return 'must not contain your name'
  }
  if (new Set(folded).size < DIFFERENT_MIN) return `must have at least ${DIFFERENT_MIN} different characters`
  if (isCommon(folded)) return 'is one of those that are tried first; take something longer or less usual'
  return undefined
}
