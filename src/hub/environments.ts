/** The three Python environments, as generations: built aside, then switched by a link. */
import type { Generations } from '../resources/generations.ts'
import type { PythonEnv } from '../resources/python-env.ts'
import type { PythonInterpreter } from '../resources/python-interpreter.ts'
import type { Symlink } from '../resources/symlink.ts'
import { ENVIRONMENTS } from './inputs.ts'
import type { EnvironmentKind, Inputs } from './inputs.ts'

/** Modules that must import before a generation is used. */
const PROVES: Readonly<Record<EnvironmentKind, readonly string[]>> = {
  hub: ['jupyterhub.app', 'jupyterhub_idle_culler'],
  server: ['jupyterhub.singleuser', 'jupyterlab', 'notebook'],
  user: ['ipykernel', 'ipywidgets'],
}

/** Folder of our copy of the distribution's Python. */
const pythonPath = ({ machine }: Inputs): string => `/opt/tljh/python/${machine.pythonVersion}`

/** Folder of the generation that this release wants: its name says what it is made from. */
export function generation(kind: EnvironmentKind, { assets, machine }: Inputs): string {
  return `/opt/tljh/env/${kind}/${assets.locks[kind].digest}-${machine.pythonVersion}`
}

/** Our copy of the interpreter. */
export function interpreter(inputs: Inputs): PythonInterpreter {
  const { pythonBinary } = inputs.machine
  return {
    kind: 'python-interpreter',
    path: pythonPath(inputs),
    binary: pythonBinary,
    library: pythonBinary.replace('/bin/', '/lib/'),
  }
}

/** One of the environments. */
export function environment(kind: EnvironmentKind, inputs: Inputs): PythonEnv {
  const program = inputs.machine.pythonBinary.split('/').at(-1) ?? 'python3'
  return {
    kind: 'python-env',
    path: generation(kind, inputs),
    python: `${pythonPath(inputs)}/bin/${program}`,
    lock: inputs.assets.locks[kind].text,
    uv: inputs.release.uv,
    cache: '/opt/tljh/cache/uv',
    proves: PROVES[kind],
  }
}

/** Generations that nobody needs any more, of the environments and of our own releases and tools. */
export function leftovers(inputs: Inputs): Generations[] {
  const { path, uv } = inputs.release
  const mine = ENVIRONMENTS.map((kind): [string, string] => [
    `/opt/tljh/env/${kind}`,
    generation(kind, inputs),
  ])
  const brought: [string, string][] = [
    ['/opt/tljh/release', path],
    ['/opt/tljh/tools', uv.replace(/\/bin\/uv$/, '')],
  ]
  return [...mine, ...brought].map(([folder, current]) => ({ kind: 'generations', path: folder, current }))
}

/** The links by which people find the environments; nothing of ours is started through them. */
export function links(inputs: Inputs): Symlink[] {
  return ENVIRONMENTS.map((kind) => ({
    kind: 'symlink',
    path: `/opt/tljh/${kind}`,
    target: generation(kind, inputs),
  }))
}
