/** One request from bytes to answer and log line. The only catcher of the helper. */
import { TljhError } from '../errors.ts'
import type { Hand } from '../host/sync.ts'
import { escapeName, parseHubName } from '../people/names.ts'
import { type Answer, Refusal } from './answer.ts'
import { type Context, openContext } from './context.ts'
import type { Paths } from './paths.ts'
import { parseRequest, type Request } from './request.ts'
import { changePassword } from './verbs/change-password.ts'
import { checkPassword } from './verbs/check-password.ts'
import { start } from './verbs/start.ts'
import { status } from './verbs/status.ts'
import { stop } from './verbs/stop.ts'

/** What goes out: the answer to the hub, the line to the journal. */
export interface Served {
  readonly answer: Answer
  /** With its syslog level in front: `<5>` notice, `<4>` warning, `<3>` error. */
  readonly log: string
}

function perform(context: Context, request: Request): Answer {
  switch (request.verb) {
    case 'start':
      return start(context, request)
    case 'stop':
      return stop(context, request)
    case 'status':
      return status(context, request)
    case 'check-password':
      return checkPassword(context, request)
    case 'change-password':
      return changePassword(context, request)
  }
}

/** The name in normal form; a login is not told what is wrong with a name. */
function normalised(request: Request): Request {
  if (request.verb === 'check-password' || request.verb === 'change-password') return request
  const parsed = parseHubName(request.name)
  if (!parsed.ok) throw new Refusal('bad-name', parsed.reason)
  return { ...request, name: parsed.name }
}

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' | ')

function refused(error: unknown): Served {
  if (error instanceof Refusal) {
    const answer = { ok: false, error: error.code, message: error.message } as const
    return { answer, log: `<4>${error.code}: ${error.detail}` }
  }
  const known = error instanceof TljhError && error.exitCode !== 70
  const message = known ? error.message : 'the helper failed; the administrator finds more in its journal'
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const log = `<3>failed: ${oneLine(known ? error.message : trace)}`
  return { answer: { ok: false, error: 'failed', message }, log }
}

function attempt(request: Request, { paths, hand }: Machine): Served {
  try {
    const checked = normalised(request)
    const context = openContext(paths, hand)
    try {
      return { answer: perform(context, checked), log: '<5>ok' }
    } finally {
      context.ledger.close()
    }
  } catch (error) {
    return refused(error)
  }
}

/** Where a request is served. */
export interface Machine {
  readonly paths: Paths
  readonly hand: Hand
}

/** Answers anything that was thrown before there was a request. */
export function refuse(error: unknown): Served {
  const { answer, log } = refused(error)
  return { answer, log: `${log}\n` }
}

/** Serves one request line; never throws. */
export function serve(line: Uint8Array, machine: Machine): Served {
  let request: Request
  try {
    request = parseRequest(line)
  } catch (error) {
    return refuse(error)
  }
  const { answer, log } = attempt(request, machine)
  const [level, text] = [log.slice(0, 3), log.slice(3)]
  return { answer, log: `${level}${request.verb} '${escapeName(request.name)}': ${text}\n` }
}
