/** A class from a file, beside the shell loop that one would write: useradd, usermod and chmod for each. */
import { writeFile } from 'node:fs/promises'

import type { Machine } from '../../integration/support/machine.ts'
import { median, type Row } from '../support/row.ts'
import type { Part } from './part.ts'

const CLASS = 1000
const FEW = 100
const MANY = 10_000
/** Repetitions of what takes a second. */
const TIMES = 5
const LONG_MS = 900_000

/** The account files are put back afterwards: the next measurement must not find a thousand more accounts. */
const LOOP = `
cp -a /etc/passwd /etc/group /etc/shadow /etc/gshadow /etc/subuid /etc/subgid /root/
began=$(date +%s%N)
for at in $(seq 1 ${CLASS}); do
  useradd -m loop-$at && usermod -aG jupyterhub-users loop-$at && chmod o-rwx /home/loop-$at || exit 1
done
ended=$(date +%s%N)
for file in passwd group shadow gshadow subuid subgid; do mv /root/$file /etc/$file; done
rm -rf /home/loop-*
echo $(((ended - began) / 1000000))`

/** Wall time of a command in the machine, milliseconds. */
async function timed(machine: Machine, command: string): Promise<number> {
  const script = `began=$(date +%s%N); ${command} >/dev/null 2>/root/said || { cat /root/said >&2; exit 1; }
    echo $((($(date +%s%N) - began) / 1000000))`
  return Number(await machine.sh(script, { timeoutMs: LONG_MS }))
}

async function several(machine: Machine, command: (at: number) => string): Promise<number> {
  const all: number[] = []
  for (let at = 0; at < TIMES; at += 1) all.push(await timed(machine, command(at)))
  return median(all)
}

async function roster(machine: Machine, name: string, people: number): Promise<string> {
  const rows = Array.from({ length: people }, (_, at) => `${name}-${at},${name};class-${at % 10},user\n`)
  await writeFile(machine.path(`/root/${name}.csv`), ['name,groups,role\n', ...rows].join(''))
  return `tljh roster apply /root/${name}.csv --slips /root/slips.html`
}

const APPLY = `${CLASS} people from a roster, accounts, homes, groups and passwords`

/** @throws Error when a command fails */
export const people: Part = async ({ machine }) => {
  const loop = Number(await machine.sh(LOOP, { timeoutMs: LONG_MS }))
  const few = await timed(machine, await roster(machine, 'few', FEW))
  const atFew = await several(machine, (at) => `tljh user add early-${at}`)
  const apply = await roster(machine, 'class', CLASS)
  const first = await timed(machine, apply)
  const again = await several(machine, () => apply)
  const list = await several(machine, () => 'tljh user list')
  const many = await timed(machine, await roster(machine, 'many', MANY))
  const atMany = await several(machine, (at) => `tljh user add late-${at}`)
  const other = { name: 'useradd -m, usermod -aG, chmod', value: loop / 1000 }
  const rows: readonly Row[] = [
    { what: APPLY, unit: 's', ours: first / 1000, target: { max: 5 } },
    { what: 'the same, against a loop', unit: 's', ours: first / 1000, other, target: { maxRatio: 1 / 8 } },
    { what: 'the same roster again', unit: 's', ours: again / 1000, target: { max: 0.5 } },
    { what: `tljh user list with ${CLASS}`, unit: 'ms', ours: list, target: { max: 150 } },
    {
      what: `a person of a roster of ${MANY}`,
      unit: 'ms',
      ours: many / MANY,
      other: { name: `of a roster of ${FEW}`, value: few / FEW },
      target: { maxRatio: 2 },
    },
    {
      what: `one more person among ${MANY}`,
      unit: 's',
      ours: atMany / 1000,
      other: { name: `among ${FEW}`, value: atFew / 1000 },
      target: { maxRatio: 2 },
    },
  ]
  return rows
}
