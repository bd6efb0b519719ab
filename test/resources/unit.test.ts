import { describe, expect, test } from 'vitest'

import { parseShow } from '../../src/host/systemctl.ts'
import { parseTimestamp, unit } from '../../src/resources/unit.ts'
import type { UnitState } from '../../src/resources/unit.ts'
import { at, CAPTURED, hostWith, WANT } from './unit-samples.ts'

describe('parseTimestamp', () => {
  test.each([
    ['Sun 2026-11-22 20:45:12.710410 UTC', at('20:45:12.710')],
    ['Sun 2026-11-22 20:45:12 UTC', at('20:45:12')],
    ['', undefined],
    ['n/a', undefined],
    ['Sun 2026-11-22 21:45:12 CET', undefined],
  ])('reads %j', (text, ms) => {
    expect(parseTimestamp(text)).toBe(ms)
  })
})

describe('parseShow', () => {
  test('keeps what follows the first equals sign', () => {
    expect(parseShow('A=b\nExecStart={ path=/bin/x ; argv[]=/bin/x -o k=v ; }\nEmpty=\n')).toEqual({
      A: 'b',
      ExecStart: '{ path=/bin/x ; argv[]=/bin/x -o k=v ; }',
      Empty: '',
    })
  })
})

describe('unit', () => {
  test.each<[keyof typeof CAPTURED, Partial<UnitState>]>([
    ['running', { active: 'active', enabled: true, needReload: false, startedMs: at('20:45:12.712') }],
    ['socket', { active: 'active', enabled: true, startedMs: at('20:45:12.459') }],
    ['slice', { active: 'active', enabled: false, startedMs: at('20:45:12.217') }],
    ['unknown', { active: 'inactive', enabled: false, startedMs: undefined }],
    ['waiting', { active: 'activating', enabled: false, needReload: true }],
    ['failed', { active: 'failed', enabled: false }],
    ['pattern', { active: 'inactive', needReload: false, startedMs: undefined }],
  ])('observes a unit that is %s', async (name, state) => {
    expect(await unit.observe(hostWith(CAPTURED[name]), WANT)).toMatchObject(state)
  })

  test('counts a start that systemd made by itself', async () => {
    const host = hostWith(CAPTURED.running.replace('20:45:12.710410', '21:00:00.000001'))
    expect(await unit.observe(host, WANT)).toMatchObject({ startedMs: at('21:00:00') })
  })

  test('one instance of a pattern that has to be read again is enough', async () => {
    const host = hostWith(`${CAPTURED.running}\n${CAPTURED.running.replace('Reload=no', 'Reload=yes')}`)
    expect(await unit.observe(host, { ...WANT, name: 'jupyter@*.service' })).toMatchObject({
      needReload: true,
    })
  })
})
