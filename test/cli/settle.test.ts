import { describe, expect, test, vi } from 'vitest'

import { configFile } from '../../src/cli/config-file.ts'
import { PATHS } from '../../src/cli/context.ts'
import { alone, report, settle } from '../../src/cli/settle.ts'
import { RECEIPTS } from '../../src/engine/receipts.ts'
import { DeniedError, StepError } from '../../src/errors.ts'
import { early } from '../../src/hub/folders.ts'
import { contextOn } from '../support/context.ts'
import { FakeHost } from '../support/fake-host.ts'

vi.mock(import('../../src/cli/context.ts'), async (original) =>
  (await import('../support/ledger-file.ts')).movedPaths(original),
)

const SECRET = 'hunter2'
const wanted = [...early, configFile(`auth: {type: a.B, B: {secret: ${SECRET}}}\n`)]

describe('settle', () => {
  test('keeps a log and receipts for root alone, without what is secret', async () => {
    const host = new FakeHost()
    const context = contextOn(host, { verbose: true })
    await settle(context, wanted)
    const [log, receipts] = [host.entries.get(PATHS.log), host.entries.get(RECEIPTS)]
    expect(log?.text).toMatch(/ ok \d+ ms write \/opt\/tljh\/config\/config\.yaml \(0600, secret\)\n$/)
    expect(receipts?.text).toContain('file:/opt/tljh/config/config.yaml')
    for (const text of [log?.text, receipts?.text, context.err.text]) expect(text).not.toContain(SECRET)
    expect([host.entries.get('/var/log/tljh')?.mode, receipts?.mode]).toEqual([0o750, 0o600])
    expect(host.entries.get(PATHS.config)).toMatchObject({ mode: 0o600, uid: 0 })
  })

  test('logs a failure with its reason', async () => {
    const host = new FakeHost({ '/var/log/tljh': { type: 'directory' } })
    const { perform } = host
    host.perform = async (step) => {
      if (step.do === 'mkdir') throw new StepError('no room left')
      return perform(step)
    }
    await expect(settle(contextOn(host), wanted)).rejects.toThrow(
      `directory:/opt/tljh: no room left\nThe log is ${PATHS.log}.`,
    )
    expect(host.entries.get(PATHS.log)?.text).toMatch(/^\S+Z FAILED no room left\n$/)
  })

  test('does nothing, and logs nothing, when nothing is to do', async () => {
    const host = new FakeHost()
    const context = contextOn(host)
    await settle(context, wanted)
    host.performed.length = 0
    expect(await settle(context, wanted)).toEqual([])
    expect(host.performed).toEqual([])
  })
})

describe('alone', () => {
  test('asks again, once nobody else runs, whether the caller may', async () => {
    const getuid = vi.spyOn(process, 'getuid')
    const done: string[] = []
    const denied = new DeniedError('olga is locked')
    const context = { ...contextOn(new FakeHost()), guard: () => Promise.reject(denied) }
    getuid.mockReturnValueOnce(0)
    await expect(alone(context, 'tljh x', async () => done.push('work'))).rejects.toBe(denied)
    expect(done).toEqual([])
    getuid.mockReturnValueOnce(0)
    expect(await alone(contextOn(new FakeHost()), 'tljh x', async () => done.push('work'))).toBe(1)
  })

  test('is for root', () => {
    vi.spyOn(process, 'getuid').mockReturnValue(1000)
    const work = vi.fn<() => Promise<void>>()
    expect(() => alone(contextOn(new FakeHost()), 'tljh x', work)).toThrow('`tljh x` needs root: sudo tljh x')
    expect(work).not.toHaveBeenCalled()
  })
})

describe('report', () => {
  test.each([
    [0, 'Nothing to change.\n'],
    [3, '3 changed.\n'],
  ])('of %d changes', (count, text) => {
    const context = contextOn(new FakeHost())
    const change = { id: 'x', resource: configFile(''), steps: [] }
    report(
      context,
      Array.from({ length: count }, () => change),
    )
    expect(context.out.text).toBe(text)
  })

  test('as JSON', async () => {
    const context = contextOn(new FakeHost(), { json: true })
    report(context, (await settle(context, wanted)).slice(-1))
    expect(JSON.parse(context.out.text)).toEqual({
      changes: [
        {
          id: 'file:/opt/tljh/config/config.yaml',
          steps: ['write /opt/tljh/config/config.yaml (0600, secret)'],
        },
      ],
    })
  })
})
