import { describe, expect, test } from 'vitest'

import { configFile } from '../../src/cli/config-file.ts'
import { PATHS } from '../../src/cli/context.ts'
import { report, settle } from '../../src/cli/settle.ts'
import { RECEIPTS } from '../../src/engine/receipts.ts'
import { StepError } from '../../src/errors.ts'
import { early } from '../../src/hub/folders.ts'
import { FakeHost } from '../support/fake-host.ts'
import { outputs } from '../support/sinks.ts'

const SECRET = 'hunter2'
const wanted = [...early, configFile(`auth: {type: a.B, B: {secret: ${SECRET}}}\n`)]

describe('settle', () => {
  test('keeps a log and receipts for root alone, without what is secret', async () => {
    const host = new FakeHost()
    const { output, err } = outputs({ verbose: true })
    await settle({ host, output, yes: false }, wanted)
    const [log, receipts] = [host.entries.get(PATHS.log), host.entries.get(RECEIPTS)]
    expect(log?.text).toMatch(/ ok \d+ ms write \/opt\/tljh\/config\/config\.yaml \(0600, secret\)\n$/)
    expect(receipts?.text).toContain('file:/opt/tljh/config/config.yaml')
    for (const text of [log?.text, receipts?.text, err.text]) expect(text).not.toContain(SECRET)
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
    const { output } = outputs()
    await expect(settle({ host, output, yes: false }, wanted)).rejects.toThrow(
      `directory:/opt/tljh: no room left\nThe log is ${PATHS.log}.`,
    )
    expect(host.entries.get(PATHS.log)?.text).toMatch(/^\S+Z FAILED no room left\n$/)
  })

  test('does nothing, and logs nothing, when nothing is to do', async () => {
    const host = new FakeHost()
    const { output } = outputs()
    const context = { host, output, yes: false }
    await settle(context, wanted)
    host.performed.length = 0
    expect(await settle(context, wanted)).toEqual([])
    expect(host.performed).toEqual([])
  })
})

describe('report', () => {
  test.each([
    [0, 'Nothing to change.\n'],
    [3, '3 changed.\n'],
  ])('of %d changes', (count, text) => {
    const { output, out } = outputs()
    const change = { id: 'x', resource: configFile(''), steps: [] }
    report(
      { host: new FakeHost(), output, yes: false },
      Array.from({ length: count }, () => change),
    )
    expect(out.text).toBe(text)
  })

  test('as JSON', async () => {
    const host = new FakeHost()
    const { output, out } = outputs({ json: true })
    const context = { host, output, yes: false }
    report(context, (await settle(context, wanted)).slice(-1))
    expect(JSON.parse(out.text)).toEqual({
      changes: [
        {
          id: 'file:/opt/tljh/config/config.yaml',
          steps: ['write /opt/tljh/config/config.yaml (0600, secret)'],
        },
      ],
    })
  })
})
