/** Requests straight to the helper's socket, well-formed or not, from any account of the machine. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Machine } from '../machine.ts'

const SCRIPT = readFileSync(join(import.meta.dirname, 'ask.py'), 'utf8')

/** What goes over the connection, and how it ends: writing shut down, kept open, or closed without reading. */
export interface Task {
  readonly pieces: readonly (string | Uint8Array)[]
  readonly ending?: 'close' | 'wait' | 'hang-up'
  /** How many connections at the same moment, default one. */
  readonly connections?: number
}

/** Who asks: the hub, root, somebody else, or somebody else who was let into the hub's group. */
export type Peer = 'tljh-hub' | 'root' | 'nobody' | 'nobody in group tljh-hub' | 'jupyter-alice'

export interface Heard {
  /** What came back over each connection. */
  readonly answers: readonly string[]
  /** Name of the error when the socket could not be entered. */
  readonly refused?: string
}

export interface HelperAnswer {
  readonly ok: boolean
  readonly error?: string
  readonly message?: string
  readonly [key: string]: unknown
}

function command(peer: Peer): readonly string[] {
  const python = ['/usr/bin/python3', '-I', '-c', SCRIPT]
  if (peer === 'root') return python
  const [user = '', group = user === 'nobody' ? 'nogroup' : user] = peer.split(' in group ')
  return ['/usr/bin/setpriv', `--reuid=${user}`, `--regid=${group}`, '--clear-groups', ...python]
}

/** Sends and listens until the helper has ended every connection. */
export async function send(machine: Machine, task: Task, peer: Peer = 'tljh-hub'): Promise<Heard> {
  const pieces = task.pieces.map((piece) => Buffer.from(piece).toString('base64'))
  const input = JSON.stringify({ ending: 'close', ...task, pieces })
  return JSON.parse(await machine.ok(command(peer), { input, timeoutMs: 110_000 })) as Heard
}

/** One well-formed request as the hub sends it. @throws Error when no answer comes. */
export async function ask(machine: Machine, request: object, peer: Peer = 'tljh-hub'): Promise<HelperAnswer> {
  const { answers, refused } = await send(
    machine,
    { pieces: [`${JSON.stringify(request)}\n`], ending: 'wait' },
    peer,
  )
  if (answers[0]?.endsWith('\n') !== true)
    throw new Error(`no answer from the helper: ${refused ?? answers[0]}`)
  return JSON.parse(answers[0]) as HelperAnswer
}
