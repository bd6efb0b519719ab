import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { type IdRange, type Ledger, openLedger } from '../../src/people/ledger.ts'

const module = new URL('../../src/people/ledger.ts', import.meta.url).href
const range: IdRange = { min: 20_000, max: 59_999, taken: () => false, occupied: () => false, homes: '/home' }
let folder = ''
let path = ''
let ledger: Ledger

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-'))
  path = join(folder, 'ledger.sqlite')
  ledger = openLedger(path)
})
afterEach(() => {
  ledger.close()
  rmSync(folder, { recursive: true, force: true })
})

function script(body: string): string[] {
  const text = `
    import { openLedger } from ${JSON.stringify(module)}
    const ledger = openLedger(${JSON.stringify(path)})
    const range = { min: 20000, max: 59999, taken: () => false, occupied: () => false, homes: '/home' }
    ${body}`
  return ['--input-type=module', '-e', text]
}

describe('several processes', () => {
  test('at once get different numbers and the same person for the same name', async () => {
    const body = `for (let at = 0; at < 20; at += 1) {
      ledger.ensure('own' + process.pid + 'x' + at, range); ledger.ensure('shared' + at, range) }`
    const children = Array.from({ length: 3 }, () =>
      spawn(process.execPath, script(body), { stdio: 'inherit' }),
    )
    const codes = await Promise.all(
      children.map(async (child) => once(child, 'exit').then(([code]) => Number(code))),
    )
    expect(codes).toEqual([0, 0, 0])
    const people = ledger.list()
    expect(people).toHaveLength(80)
    expect(new Set(people.map(({ uid }) => uid)).size).toBe(80)
    expect(new Set(people.map(({ unixName: unix }) => unix)).size).toBe(80)
  })

  test('killed while writing leave a whole ledger', async () => {
    const body = `for (let at = 0; ; at += 1) {
      ledger.together(() => { for (let n = 0; n < 50; n += 1) ledger.ensure('p' + process.pid + 'x' + at + 'x' + n, range) })
      if (at === 0) console.log('writing') }`
    for (let round = 0; round < 6; round += 1) {
      const child = spawn(process.execPath, script(body), { stdio: ['ignore', 'pipe', 'inherit'] })
      await once(child.stdout, 'data')
      await new Promise((done) => {
        setTimeout(done, 5 + 7 * round)
      })
      child.kill('SIGKILL')
      await once(child, 'exit')
      ledger.close()
      ledger = openLedger(path)
      const raw = new DatabaseSync(path)
      expect(raw.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
      const next = Number(raw.prepare('SELECT next FROM counters').get()?.['next'])
      raw.close()
      const people = ledger.list()
      expect(people.length % 50).toBe(round)
      expect(Math.max(...people.map(({ uid }) => uid))).toBe(next - 1)
      expect(ledger.ensure(`after${round}`, range).uid).toBe(next)
    }
  })

  test('start without a warning of Node', () => {
    const gone = spawnSync(process.execPath, script(`console.log(ledger.list().length)`), {
      encoding: 'utf8',
    })
    expect(gone.stdout).toBe('0\n')
    expect(gone.stderr).toBe('')
  })
})
