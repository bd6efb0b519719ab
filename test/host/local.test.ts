import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import { afterAll, describe, expect, test, vi } from 'vitest'

import { BugError, HostError } from '../../src/errors.ts'
import { local } from '../../src/host/local.ts'

const folder = mkdtempSync(join(tmpdir(), 'local-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A process that nobody has waited for yet is gone all the same. */
function gone(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return true
  }
}

const sh = (script: string): string[] => ['sh', '-c', script]

describe('local: a query', () => {
  test.each([
    ['a success', sh('echo out; echo err >&2'), { code: 0, stdout: 'out\n', stderr: 'err\n' }],
    ['an exit code', sh('echo no >&2; exit 3'), { code: 3, stdout: '', stderr: 'no\n' }],
    ['a signal', sh('kill -TERM $$'), { code: 143, stdout: '' }],
    ['a hard end', sh('kill -KILL $$'), { code: 137 }],
    ['text without a newline at its end', ['printf', 'a\n\nb'], { code: 0, stdout: 'a\n\nb' }],
    ['input that is empty, not the terminal', ['cat'], { code: 0, stdout: '' }],
    ['the folder it starts in', ['pwd'], { stdout: '/\n' }],
  ])('gives %s', async (_, argv, result) => {
    expect(await local.query(argv)).toMatchObject(result)
  })

  test('names a program that is not there', async () => {
    const { code, stderr } = await local.query(['/no/such/program', 'x'])
    expect(code).toBe(127)
    expect(stderr).toContain('/no/such/program')
  })

  test('never passes through a shell', async () => {
    const { stdout } = await local.query(['printf', '%s|', '$HOME', 'a b', '; rm -rf /', ''])
    expect(stdout).toBe('$HOME|a b|; rm -rf /||')
  })

  test('gives the input, and an environment without what the caller has', async () => {
    vi.stubEnv('SECRET_OF_THE_CALLER', 'x')
    const { stdout } = await local.query(sh('cat; env'), { input: 'typed\n', env: { EXTRA: '1' } })
    expect(stdout).toMatch(/^typed\n/)
    expect(stdout).toContain('EXTRA=1\n')
    expect(stdout).toContain('LC_ALL=C.UTF-8\n')
    expect(stdout).not.toContain('SECRET_OF_THE_CALLER')
  })

  test('that takes too long is ended with all that it started', async () => {
    const script = 'sleep 600 & echo $!; wait'
    const { code, stdout } = await local.query(sh(script), { timeoutMs: 300 })
    expect(code).toBe(124)
    await vi.waitFor(() => expect(gone(Number(stdout))).toBe(true), 10_000)
  })

  test('many at a time are no reason for a warning', async () => {
    const warned = vi.spyOn(process, 'emitWarning')
    await Promise.all(Array.from({ length: 25 }, () => local.query(['true'])))
    expect(warned).not.toHaveBeenCalled()
  })

  test('of nothing is our mistake', async () => {
    await expect(local.query([])).rejects.toThrow(BugError)
  })
})

describe('local: an interrupted run', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends its command on %s', async (signal) => {
    const module = JSON.stringify(pathToFileURL('src/host/local.ts').href)
    const script = `import { local } from ${module}; await local.query(['sh', '-c', 'echo $$ >&3; sleep 600'])`
    const pidFile = join(folder, signal)
    const program = script.replace('>&3', `> ${pidFile}`)
    const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program])
    const pid = await vi.waitFor(
      async () => {
        const text = await local.readFile(pidFile)
        expect(text).toMatch(/^\d+\n$/)
        return Number(text)
      },
      { timeout: 15_000, interval: 20 },
    )
    child.kill(signal)
    expect(await once(child, 'exit')).toEqual([null, signal])
    await vi.waitFor(() => expect(gone(pid)).toBe(true), 10_000)
  })
})

describe('local: a look', () => {
  const path = join(folder, 'file')
  writeFileSync(path, 'text', { mode: 0o640 })

  test('tells what a path is, without following it', async () => {
    await local.perform({ do: 'link', path: `${folder}/link`, target: path })
    expect(await local.lstat(path)).toMatchObject({ type: 'file', mode: 0o640, size: 4 })
    expect(await local.lstat(`${folder}/link`)).toMatchObject({ type: 'symlink' })
    expect(await local.readLink(`${folder}/link`)).toBe(path)
    expect(await local.lstat(folder)).toMatchObject({ type: 'directory', mode: 0o700 })
    expect(await local.lstat('/dev/null')).toMatchObject({ type: 'other' })
  })

  test('at nothing is undefined or empty', async () => {
    const nothing = `${folder}/nothing`
    expect(await local.lstat(nothing)).toBeUndefined()
    expect(await local.readFile(nothing)).toBeUndefined()
    expect(await local.readFile(`${path}/below-a-file`)).toBeUndefined()
    expect(await local.readLink(nothing)).toBeUndefined()
    expect(await local.readLink(path)).toBeUndefined()
    expect(await local.list(nothing)).toEqual([])
  })

  test('lists names in order, and knows the room', async () => {
    for (const name of ['b', 'a', 'c']) writeFileSync(join(folder, `list-${name}`), '')
    const names = (await local.list(folder)).filter((name) => name.startsWith('list-'))
    expect(names).toEqual(['list-a', 'list-b', 'list-c'])
    const { freeBytes, totalBytes } = await local.room(folder)
    expect(freeBytes).toBeGreaterThan(0)
    expect(totalBytes).toBeGreaterThanOrEqual(freeBytes)
  })

  test('at a folder instead of a file is a matter of this machine, not our bug', async () => {
    await expect(local.readFile(folder)).rejects.toThrow(
      new HostError(`${folder} cannot be read: it is a folder, not a file`),
    )
  })
})
