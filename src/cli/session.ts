/** Who calls a command, and whether they may: looked up before it begins, and again under the lock. */
import type { Command } from 'commander'

import { parseGroup, parsePasswd } from '../host/account-files.ts'
import type { Reader } from '../host/host.ts'
import { NO_ACCESS } from '../people/access.ts'
import { isShutOut } from '../people/ledger.ts'
import { type Caller, callerOf, type CallingPerson, heldBack, sudoUid } from './caller.ts'
import { withLedger } from './census.ts'
import { checkRights, type Request, type Target } from './rights.ts'

export interface Session {
  readonly caller: Caller
  /** Throws when the caller may not do what the command says. @throws DeniedError */
  guard(): Promise<void>
}

const FILE_OPTIONS = ['passwordFile', 'slips'] as const

async function unixGroups(reader: Reader, uid: number): Promise<readonly string[]> {
  const [passwd = '', group = ''] = await Promise.all([
    reader.readFile('/etc/passwd'),
    reader.readFile('/etc/group'),
  ])
  const accounts = parsePasswd(passwd).filter((entry) => entry.uid === uid)
  return parseGroup(group)
    .filter(({ gid, members }) => accounts.some((entry) => entry.gid === gid || members.includes(entry.name)))
    .map(({ name }) => name)
}

async function caller(reader: Reader): Promise<Caller> {
  const uid = process.getuid?.() === 0 ? sudoUid(process.env) : undefined
  if (uid === undefined) return { kind: 'root' }
  const person = await withLedger(reader, (ledger): CallingPerson | undefined => {
    const row = ledger.withUid(uid)
    if (row === undefined) return undefined
    const access = ledger.access.find(row.hubName)
    const { role, teaches } = access ?? NO_ACCESS
    return { name: row.hubName, role, teaches, locked: isShutOut(row, access) }
  })
  return callerOf(uid, person, await unixGroups(reader, uid))
}

function pathOf(command: Command): readonly string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()]
}

const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((word) => typeof word === 'string')

/** The words of a command line, sorted by what they stand for. */
function requestOf(command: Command): Omit<Request, 'target'> {
  const words = command.registeredArguments.map((argument, at) => ({
    file: argument.name() === 'file',
    values: texts(command.processedArgs[at]),
  }))
  const options: Readonly<Record<string, unknown>> = command.optsWithGlobals()
  const files = FILE_OPTIONS.flatMap((name) => texts(options[name]))
  return {
    path: pathOf(command),
    names: words.filter(({ file }) => !file).flatMap(({ values }) => values),
    files: [...words.filter(({ file }) => file).flatMap(({ values }) => values), ...files],
    options,
  }
}

async function check(reader: Reader, who: Caller, request: Omit<Request, 'target'>): Promise<void> {
  if (who.kind === 'root') return
  await withLedger(reader, (ledger) => {
    const target = (name: string): Target | undefined => {
      const person = ledger.find(name)
      if (person === undefined) return undefined
      const { role, groups } = ledger.access.find(name) ?? NO_ACCESS
      return { role, groups, locked: person.lock !== undefined, lockedBy: person.lock?.by }
    }
    checkRights(who, { ...request, target })
  })
}

/**
 * Finds out who calls and whether they may. What others than owners set in the environment is taken out of it first.
 * @throws DeniedError
 */
export async function openSession(command: Command, reader: Reader): Promise<Session> {
  const who = await caller(reader)
  for (const name of heldBack(who, process.env)) delete process.env[name]
  const request = requestOf(command)
  await check(reader, who, request)
  // The right may have ended in the meantime, not only the target have changed.
  const guard = async (): Promise<void> => check(reader, await caller(reader), request)
  return { caller: who, guard }
}
