/** All that commands about people leave on a machine, as text to compare, and a way back to what was before. */
import { readFileSync } from 'node:fs'

import { ledgerRows } from './ledger.ts'
import type { Machine } from './machine.ts'

const PLACES = 'home opt/tljh/state opt/tljh/config opt/tljh/hub-config'
const ACCOUNT_FILES = ['passwd', 'group', 'shadow', 'gshadow'].flatMap((file) => [
  `etc/${file}`,
  `etc/${file}-`,
])
const KEPT = '/root/before.tar'

/** Keeps people, accounts, homes and settings for `putBack`. */
export async function keep(machine: Machine): Promise<void> {
  await machine.sh(`tar -C / --numeric-owner -cpf ${KEPT} ${ACCOUNT_FILES.join(' ')} ${PLACES}`)
}

/** Makes the machine what it was when it was kept: as if nobody had been added since. */
export async function putBack(machine: Machine): Promise<void> {
  await machine.sh(
    `cd /; for place in ${PLACES}; do find "$place" -mindepth 1 -delete; done
    tar -C / --numeric-owner -xpf ${KEPT}; systemctl stop 'jupyter@*.service' 'jupyter@*.socket'`,
  )
}

const lines = (machine: Machine, file: string): readonly string[] =>
  readFileSync(machine.path(file), 'utf8').trim().split('\n').toSorted()

const sorted = (list: string): string => list.split(',').toSorted().join(',')

/** Members in any order; without password hashes and days. */
function accounts(machine: Machine): readonly string[] {
  const groups = ['group', 'gshadow'].flatMap((file) =>
    lines(machine, `/etc/${file}`).map((line) => line.replace(/[^:]*$/, sorted)),
  )
  const shadow = lines(machine, '/etc/shadow').map((line) => {
    const fields = line.split(':')
    return [fields[0], fields[1], fields[7]].join(':')
  })
  return [...lines(machine, '/etc/passwd'), ...groups, ...shadow]
}

function ledger(machine: Machine): readonly string[] {
  const people = ledgerRows(machine, 'SELECT * FROM people ORDER BY hub_name')
  const rows = [
    ...people.map((row) => ({ ...row, since: undefined })),
    ...ledgerRows(machine, 'SELECT * FROM access ORDER BY hub_name'),
    ...ledgerRows(machine, 'SELECT * FROM counters'),
    ...ledgerRows(machine, 'SELECT hub_name, one_time FROM passwords ORDER BY hub_name'),
  ]
  return rows.map((row) => JSON.stringify(row))
}

/** Accounts, homes with what is in them, settings, rosters, what the hub knows, and the ledger; nothing that is random. */
export async function endState(machine: Machine): Promise<readonly string[]> {
  const homes = await machine.sh(
    `find /home -type d -printf '%p %m %U:%G\\n' -o -printf '%p %y %m %U:%G %s\\n' | sort; ls -A /opt/tljh/state`,
  )
  const texts = await machine.sh(
    'cd /opt/tljh; tail -n +1 config/config.yaml config/rosters/*.csv hub-config/people.json state/policy.json',
  )
  return [...accounts(machine), ...homes.split('\n'), ...texts.split('\n'), ...ledger(machine)]
}
