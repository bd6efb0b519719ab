/**
 * Measures an installation beside what one would use instead, and writes docs/performance.md:
 * node bench/run.ts [--only PART,…] [--rounds N] [--installations N] [--calm LOAD]. With --only nothing is written, the rows
 * are printed. With --calm each part waits, a quarter of an hour at most, until the load average is below that.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

import { REPOSITORY } from '../integration/support/places.ts'
import { secondRun } from './parts/again.ts'
import { commands } from './parts/commands.ts'
import { helper } from './parts/helper.ts'
import {
  install,
  installAgain,
  installationRows,
  stageTable,
  type Installation,
} from './parts/installation.ts'
import { memory } from './parts/memory.ts'
import type { Bench } from './parts/part.ts'
import { people } from './parts/people.ts'
import { proxy } from './parts/proxy.ts'
import { servers } from './parts/servers.ts'
import { Hub } from './support/hub.ts'
import { bareMachine, bringScripts, buildRelease } from './support/machines.ts'
import { load, page, type Section } from './support/report.ts'
import { line, type Row } from './support/row.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '20' },
    installations: { type: 'string', default: '3' },
    calm: { type: 'string', default: 'Infinity' },
  },
})
const rounds = Number(values.rounds)
const only = values.only?.split(',')

const LONGEST_WAIT_MS = 900_000

async function calm(): Promise<void> {
  const deadline = Date.now() + LONGEST_WAIT_MS
  while (load() > Number(values.calm) && Date.now() < deadline) await sleep(5000)
}

type Measured = Pick<Section, 'rows' | 'table'>

interface Named {
  readonly name: string
  readonly title: string
  readonly measure: () => Promise<Measured>
}

function part(name: string, title: string, rows: () => Promise<readonly Row[]>): Named {
  return { name, title, measure: async () => ({ rows: await rows() }) }
}

function parts(bench: Bench, first: Installation): readonly Named[] {
  let entered: Promise<Hub> | undefined
  const hub = async (): Promise<Hub> => (entered ??= Hub.enter(bench.machine, first.password))
  const installations = async (): Promise<Measured> => {
    const all = [first, ...(await installAgain(bench.release, Number(values.installations) - 1))]
    return { rows: installationRows(all), table: stageTable(all) }
  }
  return [
    { name: 'install', title: 'Installation', measure: installations },
    part('again', 'The same command again', async () => secondRun(bench)),
    part('commands', 'Commands', async () => commands(bench)),
    part('helper', 'The root helper', async () => helper(bench)),
    part('servers', 'People’s servers', async () => servers(await hub(), rounds)),
    part('memory', 'Memory', async () => memory(await hub())),
    part('proxy', 'The front door', async () => proxy(bench)),
    part('people', 'People', async () => people(bench)),
  ]
}

async function measure(bench: Bench, first: Installation): Promise<Section[]> {
  const sections: Section[] = []
  for (const { name, title, measure: work } of parts(bench, first)) {
    if (only !== undefined && !only.includes(name)) continue
    await calm()
    const before = load()
    const section: Section = { title, ...(await work()), load: [before, load()] }
    sections.push(section)
    console.log([`${title} (load ${before.toFixed(1)})`, ...section.rows.map(line)].join('\n'))
  }
  return sections
}

await calm()
const release = await buildRelease()
const machine = await bareMachine()
try {
  const first = await install(machine, release.folder)
  await bringScripts(machine)
  const sections = await measure({ machine, release: release.folder, rounds }, first)
  if (only === undefined) {
    await writeFile(join(REPOSITORY, 'docs/performance.md'), page(sections, 'npm run bench'))
  }
} finally {
  await machine.remove()
  await release.remove()
}
