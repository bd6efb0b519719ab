/** Installation by stages, and the same command again. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

import type { Machine } from '../../integration/support/machine.ts'
import { MACHINE_SH } from '../../integration/support/places.ts'
import { ADMIN, SHELL, bareMachine, bringRelease } from '../support/machines.ts'
import { mebibytes, packageCalls, read, used, type Reading, type Used } from '../support/meter.ts'
import { median, shown, tljh, type Row } from '../support/row.ts'

/** A stage begins with the first line that looks like this. */
const STAGES = [
  { name: 'Debian packages for the bootstrap', begins: /^tljh: installing packages/ },
  { name: 'Node and uv', begins: /^tljh: installing Node and uv/ },
  { name: 'release, checks, copy of Python', begins: /^tljh: installing release/ },
  { name: 'nginx and the three environments', begins: /^ok +python-interpreter:/ },
  { name: 'links, accounts, files, units', begins: /^ok +symlink:\/opt\/tljh\/hub / },
] as const

/** One installation: everything, and each stage by name. */
export interface Installation {
  readonly all: Used
  readonly stages: Readonly<Record<string, Used>>
  readonly password: string
  readonly disk: Disk
  /** Debian packages that came: for the bootstrap, which is Python above all, and for the hub. */
  readonly added: { readonly bootstrap: number; readonly hub: number }
}

/** Mebibytes. */
interface Disk {
  readonly whole: number
  readonly added: number
  readonly prefix: number
}

const WHOLE = ['/opt', '/usr', '/var'] as const

/** Runs bootstrap.sh and tells of each of its lines as it comes. @returns all output @throws Error when it fails */
async function bootstrap(machine: Machine, heard: (line: string) => void): Promise<string> {
  const path = Object.entries(SHELL).flatMap(([key, value]) => ['-E', `${key}=${value}`])
  const command = ['run', machine.name, ...path, '/root/release/bootstrap.sh', '--admin', ADMIN]
  const child = spawn(MACHINE_SH, command, { stdio: ['ignore', 'pipe', 'pipe'] })
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      output.push(line)
      heard(line)
    })
  }
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`bootstrap.sh ended with ${String(code)}:\n${output.join('\n')}`)
  return output.join('\n')
}

function stagesOf(marks: readonly Reading[], end: Reading): Record<string, Used> {
  if (marks.length !== STAGES.length) {
    throw new Error(`bootstrap.sh showed ${marks.length} of ${STAGES.length} stages: have its lines changed?`)
  }
  return Object.fromEntries(
    STAGES.map(({ name }, index) => [name, used(marks[index] ?? end, marks[index + 1] ?? end)]),
  )
}

/** Installs on a fresh machine and measures. */
export async function install(machine: Machine, release: string): Promise<Installation> {
  await bringRelease(machine, release)
  const diskBefore = await mebibytes(machine, ...WHOLE)
  const marks: Reading[] = []
  const start = read(machine)
  const output = await bootstrap(machine, (line) => {
    if (STAGES[marks.length]?.begins.test(line) === true) marks.push(read(machine))
  })
  const end = read(machine)
  const [bootstrapPackages = [], hubPackages = []] = await packageCalls(machine)
  const whole = await mebibytes(machine, ...WHOLE)
  return {
    all: used(start, end),
    stages: stagesOf(marks, end),
    password: /password: (\S+)/.exec(output)?.[1] ?? '',
    disk: { whole, added: whole - diskBefore, prefix: await mebibytes(machine, '/opt/tljh') },
    added: { bootstrap: bootstrapPackages.length, hub: hubPackages.length },
  }
}

/** More installations, each on a machine of its own. */
export async function installAgain(release: string, times: number): Promise<Installation[]> {
  const results: Installation[] = []
  for (let count = 0; count < times; count += 1) {
    const machine = await bareMachine()
    try {
      results.push(await install(machine, release))
    } finally {
      await machine.remove()
    }
  }
  return results
}

/** Wall, CPU and bytes of each stage, by median, as a Markdown table. */
export function stageTable(all: readonly Installation[]): string {
  const lines = STAGES.map(({ name }) => {
    const own = all.flatMap(({ stages }) => stages[name] ?? [])
    const of = (key: keyof Used): number => median(own.map((stage) => stage[key]))
    return `| ${name} | ${shown(of('wall'), 's')} | ${shown(of('cpu'), 's')} | ${shown(of('received') / 1e6, 'MB')} |`
  })
  return ['| stage | wall | CPU | received |', '|---|---|---|---|', ...lines].join('\n')
}

/** What the installations took, by median. */
export function installationRows(all: readonly Installation[]): Row[] {
  const of = (pick: (one: Installation) => number): number => median(all.map(pick))
  const [wall, cpu, received] = [
    of((one) => one.all.wall),
    of((one) => one.all.cpu),
    of((one) => one.all.received) / 1e6,
  ]
  return [
    { what: 'wall', unit: 's', ours: wall, other: tljh(65) },
    { what: 'CPU', unit: 's', ours: cpu, other: tljh(60), target: { max: 40 } },
    { what: 'received', unit: 'MB', ours: received, other: tljh(395) },
    {
      what: 'disk: /opt, /usr and /var, the bare server with it',
      unit: 'MiB',
      ours: of(({ disk }) => disk.whole),
      other: tljh(1668),
      target: { max: 900 },
    },
    { what: '– of that, added to the bare server', unit: 'MiB', ours: of(({ disk }) => disk.added) },
    { what: '– of that, /opt/tljh', unit: 'MiB', ours: of(({ disk }) => disk.prefix), other: tljh(783) },
    {
      what: 'Debian packages added for the hub',
      unit: '',
      ours: of(({ added }) => added.hub),
      other: tljh(164),
      target: { max: 20 },
    },
    {
      what: 'Debian packages for the bootstrap (Python; the compared server had it)',
      unit: '',
      ours: of(({ added }) => added.bootstrap),
    },
  ]
}
