import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import { StepError } from '../../src/errors.ts'
import { local } from '../../src/host/local.ts'
import type { Step, WriteStep } from '../../src/host/step.ts'

const folder = mkdtempSync(join(tmpdir(), 'perform-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const owner = userInfo().username
const { stdout } = await local.query(['id', '--group', '--name'])
const mine = { owner, group: stdout.trim() }
const place = (name: string): string => join(folder, name)
const write = (name: string, more: Partial<WriteStep> = {}): WriteStep => ({
  do: 'write',
  path: place(name),
  text: 'new',
  mode: 0o640,
  ...mine,
  ...more,
})
const mode = (name: string): number => statSync(place(name)).mode & 0o7777
const failure = async (step: Step): Promise<unknown> => local.perform(step).catch((error: unknown) => error)

describe('write', () => {
  test('puts text, owner and mode in place, whatever the umask', async () => {
    await local.perform(write('fresh', { mode: 0o666 }))
    expect(readFileSync(place('fresh'), 'utf8')).toBe('new')
    expect(mode('fresh')).toBe(0o666)
    expect(statSync(place('fresh')).uid).toBe(userInfo().uid)
  })

  test('replaces a file as a whole, and a link instead of what it points to', async () => {
    writeFileSync(place('old'), 'old')
    await local.perform({ do: 'link', path: place('to-old'), target: place('old') })
    await local.perform(write('to-old'))
    expect(readFileSync(place('to-old'), 'utf8')).toBe('new')
    expect(readFileSync(place('old'), 'utf8')).toBe('old')
  })

  test('counts as written at the moment it is in place', async () => {
    const before = Date.now()
    await local.perform(write('timed', { check: ['true', '{}'] }))
    expect(statSync(place('timed')).mtimeMs).toBeGreaterThanOrEqual(before)
  })

  test('a refused file leaves the old one and no rest', async () => {
    writeFileSync(place('checked'), 'old')
    const error = await failure(
      write('checked', { check: ['sh', '-c', 'echo line 1: bad >&2; exit 1', '{}'] }),
    )
    expect(error).toBeInstanceOf(StepError)
    expect(String(error)).toContain('sh refuses the new file: line 1: bad')
    expect(readFileSync(place('checked'), 'utf8')).toBe('old')
    expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([])
  })

  test('the check sees the new text with its mode', async () => {
    const check = ['sh', '-c', 'test "$(cat "$1")" = new && test "$(stat -c %a "$1")" = 640', 'sh', '{}']
    await local.perform(write('looked-at', { check }))
    expect(readFileSync(place('looked-at'), 'utf8')).toBe('new')
  })

  test('a folder in its place is an error, and never shows the text', async () => {
    await local.perform({ do: 'mkdir', path: place('taken'), mode: 0o700, ...mine })
    const error = await failure(write('taken', { text: 'hunter2', secret: true }))
    expect(error).toBeInstanceOf(StepError)
    expect(String(error)).toContain(`write ${place('taken')} (0640, secret)`)
    expect(String(error)).not.toContain('hunter2')
  })

  test('an account that is not there is named', async () => {
    expect(await failure(write('orphan', { owner: 'no-such-account' }))).toEqual(
      new StepError('there is no account no-such-account'),
    )
    expect(await failure(write('orphan', { group: 'no-such-group' }))).toEqual(
      new StepError('there is no group no-such-group'),
    )
    expect(readdirSync(folder).filter((name) => name.startsWith('orphan'))).toEqual([])
  })
})

describe('other steps', () => {
  test('mkdir makes a folder with its mode, special bits too', async () => {
    await local.perform({ do: 'mkdir', path: place('made'), mode: 0o2710, ...mine })
    expect(mode('made')).toBe(0o2710)
    expect(await failure({ do: 'mkdir', path: place('made'), mode: 0o755, ...mine })).toBeInstanceOf(
      StepError,
    )
  })

  test('attributes change the path itself, never what a link points to', async () => {
    writeFileSync(place('attributed'), '', { mode: 0o600 })
    await local.perform({ do: 'attributes', path: place('attributed'), mode: 0o440, ...mine })
    expect(mode('attributed')).toBe(0o440)
    await local.perform({ do: 'link', path: place('to-attributed'), target: place('attributed') })
    const step: Step = { do: 'attributes', path: place('to-attributed'), mode: 0o777, ...mine }
    expect(await failure(step)).toBeInstanceOf(StepError)
    expect(mode('attributed')).toBe(0o440)
  })

  test('link replaces a link at once', async () => {
    for (const target of ['/one', '/two']) await local.perform({ do: 'link', path: place('l'), target })
    expect(readlinkSync(place('l'))).toBe('/two')
  })

  test('append makes a file for its owner alone and adds to it', async () => {
    for (const line of ['one', 'two']) await local.perform({ do: 'append', path: place('log'), line })
    expect(readFileSync(place('log'), 'utf8')).toBe('one\ntwo\n')
    expect(mode('log')).toBe(0o600)
  })

  test('move and remove take what is below along; remove follows no link', async () => {
    await local.perform({ do: 'mkdir', path: place('from'), mode: 0o700, ...mine })
    writeFileSync(place('from/inside'), 'kept')
    await local.perform({ do: 'move', from: place('from'), to: place('moved') })
    await local.perform({ do: 'link', path: place('way-in'), target: place('moved') })
    await local.perform({ do: 'remove', path: place('way-in') })
    expect(readFileSync(place('moved/inside'), 'utf8')).toBe('kept')
    await local.perform({ do: 'remove', path: place('moved') })
    await local.perform({ do: 'remove', path: place('moved') })
    expect(readdirSync(folder)).not.toContain('moved')
  })

  test('a failing command tells itself, its code, its last lines and the reason', async () => {
    const script = 'for i in $(seq 20); do echo line $i; done; echo bad >&2; exit 4'
    const step: Step = { do: 'run', argv: ['sh', '-c', script], reason: ['echo', 'since {began}'] }
    const lines = String(await failure(step)).split('\n')
    expect(lines[0]).toMatch(/^StepError: sh -c '.*' ended with exit code 4$/)
    const since = lines.pop() ?? ''
    expect(Number(/since (\d+)$/.exec(since)?.[1])).toBeCloseTo(Date.now() / 1000, -2)
    expect(lines.slice(1)).toEqual([
      ...Array.from({ length: 11 }, (_, index) => `    line ${index + 10}`),
      '    bad',
    ])
  })

  test('a command that takes too long says so, and never its input', async () => {
    const step: Step = { do: 'run', argv: ['sleep', '600'], input: 'hunter2', timeoutMs: 200 }
    const error = await failure(step)
    expect(error).toBeInstanceOf(StepError)
    expect(String(error)).toContain('sleep 600 took too long and was ended')
    expect(String(error)).not.toContain('hunter2')
  })
})
