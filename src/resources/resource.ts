/** Every kind of resource together: the union, its id, and the switch over kinds. */
import type { Reader } from '../host/host.ts'
import type { Step } from '../host/step.ts'
import { account } from './account.ts'
import type { Account } from './account.ts'
import { accounts } from './accounts.ts'
import type { Accounts } from './accounts.ts'
import { aptPackages } from './apt-packages.ts'
import type { AptPackages } from './apt-packages.ts'
import { directory } from './directory.ts'
import type { Directory } from './directory.ts'
import { file } from './file.ts'
import type { File } from './file.ts'
import { generations } from './generations.ts'
import type { Generations } from './generations.ts'
import { group } from './group.ts'
import type { Group } from './group.ts'
import type { Kind } from './kind.ts'
import { pythonEnv } from './python-env.ts'
import type { PythonEnv } from './python-env.ts'
import { pythonInterpreter } from './python-interpreter.ts'
import type { PythonInterpreter } from './python-interpreter.ts'
import { servers } from './servers.ts'
import type { Servers } from './servers.ts'
import { absent, symlink } from './symlink.ts'
import type { Absent, Symlink } from './symlink.ts'
import { unit } from './unit.ts'
import type { Unit } from './unit.ts'

export type Resource =
  | Absent
  | Account
  | Accounts
  | AptPackages
  | Directory
  | File
  | Generations
  | Group
  | PythonEnv
  | PythonInterpreter
  | Servers
  | Symlink
  | Unit

/** Resources in the order in which they must exist; a list within the list may be settled side by side. */
export type Wanted = readonly (Resource | readonly Resource[])[]

/** The same word in plans, logs, errors and tests: `kind:name`. */
export function idOf(resource: Resource): string {
  if ('path' in resource) return `${resource.kind}:${resource.path}`
  return `${resource.kind}:${'name' in resource ? resource.name : resource.names.join(',')}`
}

async function settle<Want, Have>(kind: Kind<Want, Have>, reader: Reader, want: Want): Promise<Step[]> {
  return kind.plan(want, await kind.observe(reader, want))
}

type KindOf<Name extends Resource['kind']> = Extract<Resource, { kind: Name }>

/** One function a kind; a missing kind does not compile. */
const PLANNERS: {
  readonly [Name in Resource['kind']]: (reader: Reader, want: KindOf<Name>) => Promise<Step[]>
} = {
  absent: (reader, want) => settle(absent, reader, want),
  account: (reader, want) => settle(account, reader, want),
  accounts: (reader, want) => settle(accounts, reader, want),
  'apt-packages': (reader, want) => settle(aptPackages, reader, want),
  directory: (reader, want) => settle(directory, reader, want),
  file: (reader, want) => settle(file, reader, want),
  generations: (reader, want) => settle(generations, reader, want),
  group: (reader, want) => settle(group, reader, want),
  'python-env': (reader, want) => settle(pythonEnv, reader, want),
  'python-interpreter': (reader, want) => settle(pythonInterpreter, reader, want),
  servers: (reader, want) => settle(servers, reader, want),
  symlink: (reader, want) => settle(symlink, reader, want),
  unit: (reader, want) => settle(unit, reader, want),
}

/** Observes one resource and plans it: what is still to do, empty when settled. */
export function stepsFor<Name extends Resource['kind']>(reader: Reader, want: KindOf<Name>): Promise<Step[]> {
  const kind: Name = want.kind
  return PLANNERS[kind](reader, want)
}
