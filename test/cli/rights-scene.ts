/** People, and what operators and instructors may ask about them: for the tests of rights. */
import { checkRights } from '../../src/cli/rights.ts'
import type { Request, Target } from '../../src/cli/rights.ts'

export const olga = { kind: 'person', name: 'olga', role: 'operator', teaches: [] } as const
export const ivan = { kind: 'person', name: 'ivan', role: 'instructor', teaches: ['course-a'] } as const

export const someone = (role: Target['role'], groups: string[] = [], more: Partial<Target> = {}): Target => ({
  role,
  groups,
  locked: false,
  ...more,
})
export const PEOPLE = new Map<string, Target>([
  ['boss', someone('owner', ['course-a'])],
  ['olga', someone('operator', ['course-a'])],
  ['otto', someone('operator', ['course-a'])],
  ['ivan', someone('instructor', ['course-a'])],
  ['ines', someone('instructor', ['course-a'])],
  ['ada', someone('user', ['course-a', 'course-c'])],
  ['bob', someone('user', ['course-b'])],
  ['lars', someone('user', ['course-a'], { locked: true, lockedBy: 'other' })],
  ['lotte', someone('user', ['course-a'], { locked: true, lockedBy: 'owner' })],
  ['gone', someone('user', ['course-a'], { locked: true, lockedBy: 'config' })],
  ['odd', someone('user', ['course-a'], { locked: true })],
])

export type Given = Partial<Pick<Request, 'names' | 'options' | 'files'>>

export const request = (command: string, given: Given = {}): Request => ({
  path: command.split(' '),
  names: [],
  options: {},
  files: [],
  target: (name) => PEOPLE.get(name),
  ...given,
})
/** Asks, when it is called. */
export const ask = (caller: typeof olga | typeof ivan, command: string, given?: Given) => (): void =>
  checkRights(caller, request(command, given))
