/** A request as it comes over the socket: one JSON object with exactly the keys of its verb. Pure. */
import { type Fields, isFields, oddKey } from '../fields.ts'
import { escapeName } from '../people/names.ts'
import { Refusal } from './answer.ts'

export interface StartRequest {
  readonly verb: 'start'
  readonly name: string
  readonly env: ReadonlyMap<string, string>
}

export interface StopRequest {
  readonly verb: 'stop'
  readonly name: string
}

export interface StatusRequest {
  readonly verb: 'status'
  readonly name: string
}

export interface CheckPasswordRequest {
  readonly verb: 'check-password'
  readonly name: string
  readonly password: string
}

export interface ChangePasswordRequest {
  readonly verb: 'change-password'
  readonly name: string
  readonly password: string
  readonly new: string
}

export type Request =
  | StartRequest
  | StopRequest
  | StatusRequest
  | CheckPasswordRequest
  | ChangePasswordRequest

/** Bytes of a request line without its end. */
export const REQUEST_MAX = 65_536

const bad = (message: string): Refusal => new Refusal('bad-request', message)

function only(fields: Fields, keys: readonly string[]): void {
  const odd = oddKey(fields, ['verb', ...keys])
  if (odd === undefined) return
  if ('unknown' in odd) throw bad(`unknown key '${escapeName(odd.unknown)}'`)
  throw bad(`the key '${odd.missing}' is missing`)
}

function textOf(fields: Fields, key: string): string {
  const value = fields[key]
  if (typeof value !== 'string' || !value.isWellFormed()) throw bad(`'${key}' is not a text`)
  return value
}

function envOf(value: unknown): ReadonlyMap<string, string> {
  if (!isFields(value)) throw bad(`'env' is not an object`)
  return new Map(
    Object.entries(value).map(([key, text]) => {
      if (typeof text !== 'string') throw bad(`env '${escapeName(key)}' is not a text`)
      return [key, text]
    }),
  )
}

function shaped(fields: Fields): Request {
  const { verb } = fields
  switch (verb) {
    case 'start':
      only(fields, ['name', 'env'])
      return { verb, name: textOf(fields, 'name'), env: envOf(fields['env']) }
    case 'stop':
    case 'status':
      only(fields, ['name'])
      return { verb, name: textOf(fields, 'name') }
    case 'check-password':
      only(fields, ['name', 'password'])
      return { verb, name: textOf(fields, 'name'), password: textOf(fields, 'password') }
    case 'change-password':
      only(fields, ['name', 'password', 'new'])
      return {
        verb,
        name: textOf(fields, 'name'),
        password: textOf(fields, 'password'),
        new: textOf(fields, 'new'),
      }
    default:
      throw bad(typeof verb === 'string' ? `unknown verb '${escapeName(verb)}'` : `'verb' is not a text`)
  }
}

function decoded(line: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line))
  } catch {
    throw bad('the request is not JSON in UTF-8')
  }
}

/** Parses a request line (with or without the newline at its end). @throws Refusal with code `bad-request` */
export function parseRequest(input: Uint8Array): Request {
  const end = input.indexOf(10)
  const line = end === -1 ? input : input.subarray(0, end)
  if (line.length > REQUEST_MAX) throw bad(`the request is longer than ${REQUEST_MAX} bytes`)
  if (end !== -1 && end !== input.length - 1) throw bad('there is more than one line')
  const value = decoded(line)
  if (!isFields(value)) throw bad('the request is not a JSON object')
  return shaped(value)
}
