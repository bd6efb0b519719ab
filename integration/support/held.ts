/** Holds something that commands need: the lock, the ledger, or the program that makes accounts. */
import { DatabaseSync } from 'node:sqlite'

import type { Machine } from './machine.ts'
import { until } from './until.ts'

/** Holds the lock of all commands until a file appears. */
const HOLD = `
const { DatabaseSync } = require('node:sqlite'), { existsSync, writeFileSync } = require('node:fs')
const lock = new DatabaseSync('/run/tljh-install.lock')
lock.exec('BEGIN EXCLUSIVE')
writeFileSync('/run/held', '')
const wait = setInterval(() => existsSync('/run/let-go') && (lock.close(), clearInterval(wait)), 50)`

/** Keeps every command that changes something waiting while the work runs. */
export async function lockHeld<T>(machine: Machine, work: () => Promise<T>): Promise<T> {
  await machine.sh('rm -f /run/held /run/let-go')
  const holder = machine.ok(['/opt/tljh/tools/current/bin/node', '-e', HOLD])
  try {
    await until(
      async () => (await machine.run(['test', '-e', '/run/held'])).code,
      (code) => code === 0,
    )
    return await work()
  } finally {
    await machine.ok(['touch', '/run/let-go'])
    await holder
  }
}

/** Keeps everybody out of the ledger while the work runs, as a process does that holds a transaction. */
export async function ledgerHeld<T>(machine: Machine, work: () => Promise<T>): Promise<T> {
  const ledger = new DatabaseSync(machine.path('/opt/tljh/state/ledger.sqlite'), { timeout: 20_000 })
  try {
    ledger.exec('BEGIN EXCLUSIVE')
    return await work()
  } finally {
    ledger.close()
  }
}

/** Found before the real one. */
const STAND_IN = '/usr/sbin/systemd-sysusers'
const REAL = '/usr/bin/systemd-sysusers'

/** Puts a script in the place of systemd-sysusers: `$REAL` in it is the real one. */
export async function standIn(machine: Machine, script: string): Promise<void> {
  await machine.ok(['tee', STAND_IN], { input: `#!/bin/sh\nREAL=${REAL}\n${script}\n` })
  await machine.ok(['chmod', '755', STAND_IN])
}

/** Takes it away again. */
export async function realAgain(machine: Machine): Promise<void> {
  await machine.ok(['rm', '-f', STAND_IN])
}
