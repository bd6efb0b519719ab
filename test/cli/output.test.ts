import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type { Change } from '../../src/engine/plan.ts'
import type { Step } from '../../src/host/step.ts'
import { outputs } from '../support/sinks.ts'

const step: Step = { do: 'run', argv: ['systemctl', 'start', '--', 'a.service'] }
const change: Change = {
  id: 'unit:a.service',
  resource: { kind: 'unit', name: 'a.service', state: 'running', enabled: true, reads: [] },
  steps: [step, { do: 'remove', path: '/x' }],
}
const PLAN = '~ unit:a.service\n    systemctl start -- a.service\n    remove /x\n'
const ESCAPE = '\u001B'

beforeEach(() => vi.stubEnv('NO_COLOR', undefined))

describe('a result', () => {
  test('goes to standard output, everything else to standard error', () => {
    const { output, out, err } = outputs()
    output.line('result')
    output.object({ a: [1] })
    output.note('note')
    output.warn('careful')
    output.error('no')
    expect(out.text).toBe('result\n{\n  "a": [\n    1\n  ]\n}\n')
    expect(err.text).toBe('note\nwarning: careful\nerror: no\n')
  })

  test('that is a plan has a line for every change, and its steps under it', () => {
    const { output, out } = outputs()
    output.plan([change])
    expect(out.text).toBe(PLAN)
  })

  test.each([
    ['in a file', false, undefined, false],
    ['on a terminal', true, undefined, true],
    ['on a terminal with NO_COLOR', true, '1', false],
    ['on a terminal with an empty NO_COLOR', true, '', true],
  ])('%s: coloured is %4$s', (...[, terminal, noColor, coloured]) => {
    vi.stubEnv('NO_COLOR', noColor)
    const { output, out } = outputs({ terminal })
    output.plan([change])
    output.line(output.strong('word'))
    expect(out.text.includes(ESCAPE)).toBe(coloured)
    // eslint-disable-next-line no-control-regex -- these are the codes of colours
    expect(out.text.replaceAll(/\u001B\[\d+m/g, '')).toBe(`${PLAN}word\n`)
  })
})

describe('progress', () => {
  afterEach(() => vi.useRealTimers())

  test('in a file is a line at the end of each resource', () => {
    const { output, out, err } = outputs()
    const progress = output.progress()
    progress.start('unit:a.service', [step])
    progress.step('unit:a.service', step)
    expect(err.text).toBe('')
    progress.done('unit:a.service', 1234)
    output.stop()
    expect(err.text).toBe('ok   unit:a.service (1.2 s)\n')
    expect(out.text).toBe('')
  })

  test('with --verbose shows every step', () => {
    const { output, err } = outputs({ verbose: true })
    output.progress().step('unit:a.service', step)
    expect(err.text).toBe('     unit:a.service: systemctl start -- a.service\n')
  })

  test('on a terminal is a line that moves, fits, and is gone at the end', () => {
    vi.useFakeTimers()
    const { output, err } = outputs({ terminal: true, columns: 40 })
    const progress = output.progress()
    for (const id of ['python-env:/opt/tljh/env/server/000000000000', 'apt-packages:nginx']) {
      progress.start(id, [])
    }
    vi.advanceTimersByTime(250)
    const frames = err.text.split(`\r${ESCAPE}[2K`).slice(1)
    expect(frames).toHaveLength(2)
    for (const frame of frames) expect(frame.length).toBeLessThan(40)
    expect(frames.map((frame) => frame[0])).toEqual(['\\', '|'])
    progress.done('apt-packages:nginx', 100)
    progress.done('python-env:/opt/tljh/env/server/000000000000', 200)
    const before = err.text
    vi.advanceTimersByTime(1000)
    output.stop()
    expect(err.text).toBe(before)
    expect(before).toMatch(/000000000000 \(0\.2 s\)\n$/)
  })

  test('on a terminal ends with the first error', () => {
    vi.useFakeTimers()
    const { output, err } = outputs({ terminal: true })
    output.progress().start('unit:a.service', [step])
    output.error('it failed')
    const before = err.text
    vi.advanceTimersByTime(1000)
    expect(err.text).toBe(before)
  })
})
