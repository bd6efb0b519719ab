import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { HostError } from '../../src/errors.ts'
import { exclusive, exclusiveSync } from '../../src/host/exclusive.ts'
import { lstat } from '../../src/host/sync.ts'

let folder = ''
let path = ''
const claim = { waitMs: 0, holder: 'tljh reconfigure' }
const module = new URL('../../src/host/exclusive.ts', import.meta.url).href

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'))
  path = join(folder, 'lock')
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Another process that takes the lock, says so, and holds it. */
async function holder(ms: number): Promise<ChildProcess> {
  const script = `
    import { exclusive } from ${JSON.stringify(module)}
    await exclusive(${JSON.stringify(path)}, { waitMs: 0, holder: 'tljh upgrade' }, async () => {
      console.log('held')
      await new Promise((done) => setTimeout(done, ${ms}))
    })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

test('gives back what the work gives', async () => {
  expect(exclusiveSync(path, claim, () => 7)).toBe(7)
  expect(await exclusive(path, claim, async () => 8)).toBe(8)
})

test('is free again after work that threw', () => {
  expect(() =>
    exclusiveSync(path, claim, () => {
      throw new Error('inside')
    }),
  ).toThrow('inside')
  expect(exclusiveSync(path, claim, () => 1)).toBe(1)
})

test('the lock is an empty private file, and says who holds it only while it is held', () => {
  exclusiveSync(path, claim, () => {
    expect(lstat(path)).toMatchObject({ type: 'file', mode: 0o600, size: 0 })
    expect(JSON.parse(readFileSync(`${path}.holder`, 'utf8'))).toMatchObject({
      pid: process.pid,
      command: 'tljh reconfigure',
    })
  })
  expect(lstat(`${path}.holder`)).toBeUndefined()
})

test('names another process that holds it', async () => {
  const child = await holder(60_000)
  const message = new RegExp(`another tljh runs since 20.*: pid ${child.pid}, \`tljh upgrade\`; wait for it`)
  expect(() => exclusiveSync(path, claim, () => 0)).toThrow(message)
  await expect(exclusive(path, claim, async () => 0)).rejects.toThrow(HostError)
  expect(() => exclusiveSync(path, { ...claim, busy: () => 'not now' }, () => 0)).toThrow('not now')
  child.kill('SIGKILL')
  await once(child, 'exit')
})

test('the kernel releases it when the holder is killed', async () => {
  const child = await holder(60_000)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(exclusiveSync(path, claim, () => 1)).toBe(1)
})

test('waits for another process, blocking or not', async () => {
  await holder(300)
  expect(exclusiveSync(path, { ...claim, waitMs: 5000 }, () => 1)).toBe(1)
  await holder(300)
  let turns = 0
  const timer = setInterval(() => {
    turns += 1
  }, 20)
  expect(await exclusive(path, { ...claim, waitMs: 5000 }, async () => 2)).toBe(2)
  clearInterval(timer)
  expect(turns).toBeGreaterThan(2)
})

test('two in the same process exclude each other', async () => {
  await exclusive(path, claim, async () => {
    expect(() => exclusiveSync(path, claim, () => 0)).toThrow('another tljh runs since')
  })
})

test('a holder nobody can read is still a holder', () => {
  exclusiveSync(path, claim, () => {
    writeFileSync(`${path}.holder`, '{broken')
    expect(() => exclusiveSync(path, claim, () => 0)).toThrow('another tljh is running; wait')
    writeFileSync(`${path}.holder`, '{"pid":"1"}')
    expect(() => exclusiveSync(path, claim, () => 0)).toThrow('another tljh is running; wait')
  })
})

test('refuses a link, an open file and a file that is no lock', () => {
  writeFileSync(join(folder, 'target'), '', { mode: 0o600 })
  symlinkSync(join(folder, 'target'), path)
  expect(() => exclusiveSync(path, claim, () => 0)).toThrow('not a private file')
  rmSync(path)
  writeFileSync(path, '', { mode: 0o666 })
  expect(() => exclusiveSync(path, claim, () => 0)).toThrow('not a private file')
  rmSync(path)
  writeFileSync(path, 'some text that is no database, and long enough to be looked at as one'.repeat(20), {
    mode: 0o600,
  })
  expect(() => exclusiveSync(path, claim, () => 0)).toThrow('cannot be used: remove it')
})
