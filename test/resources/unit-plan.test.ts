import { describe } from 'vitest'

import { unit } from '../../src/resources/unit.ts'
import type { UnitState } from '../../src/resources/unit.ts'
import { testPlan } from '../support/plan-rows.ts'
import { WANT } from './unit-samples.ts'

const running: UnitState = {
  active: 'active',
  enabled: true,
  needReload: false,
  startedMs: 5000,
  newestRead: 4000,
  newestReload: 0,
  broken: false,
}
const unitVerb = (verb: string): string => `systemctl ${verb} -- jupyterhub.service`
const [start, stop, restart] = [unitVerb('start'), unitVerb('stop'), unitVerb('restart')]
const [reset, reload] = [unitVerb('reset-failed'), unitVerb('reload')]
const [enable, disable] = [unitVerb('enable --quiet'), unitVerb('disable --quiet')]
const mark = 'write /run/tljh/reloaded/jupyterhub.service (0644)'

describe('unit', () => {
  testPlan(unit, WANT, [
    { name: 'settled', have: running, steps: [] },
    {
      name: 'absent',
      have: { ...running, active: 'inactive', enabled: false, startedMs: undefined },
      steps: [enable, start],
    },
    { name: 'stopped by somebody', have: { ...running, active: 'inactive' }, steps: [start] },
    { name: 'failed', have: { ...running, active: 'failed' }, steps: [reset, start] },
    { name: 'waits to be started again', have: { ...running, active: 'activating' }, steps: [start] },
    { name: 'not enabled', have: { ...running, enabled: false }, steps: [enable] },
    { name: 'a read file is newer', have: { ...running, newestRead: 5001 }, steps: [restart] },
    { name: 'a read file is as old as the start', have: { ...running, newestRead: 5000 }, steps: [] },
    { name: 'a file to take in is newer', have: { ...running, newestReload: 5001 }, steps: [reload, mark] },
    { name: 'a file to take in is older', have: { ...running, newestReload: 4999 }, steps: [] },
    {
      name: 'both are newer: a restart takes everything in',
      have: { ...running, newestRead: 6000, newestReload: 6000 },
      steps: [restart],
    },
    {
      name: 'a restart is tried as a reload first where that finds mistakes',
      want: { reloadTests: true },
      have: { ...running, newestRead: 6000 },
      steps: [reload, restart],
    },
    { name: 'what it makes is gone', have: { ...running, broken: true }, steps: [restart] },
    {
      name: 'its own file is newer than what systemd knows',
      have: { ...running, needReload: true, newestRead: 6000 },
      steps: ['systemctl daemon-reload', restart],
    },
    {
      name: 'enabled or not is none of our business',
      want: { enabled: undefined },
      have: { ...running, enabled: false },
      steps: [],
    },
    {
      name: 'to be stopped, and it runs',
      want: { state: 'stopped', enabled: false },
      have: running,
      steps: [disable, stop],
    },
    {
      name: 'to be stopped, and it keeps starting',
      want: { state: 'stopped' },
      have: { ...running, active: 'activating' },
      steps: [stop],
    },
    {
      name: 'to be stopped, and it has failed',
      want: { state: 'stopped', enabled: false },
      have: { ...running, active: 'failed', enabled: false },
      steps: [],
    },
    {
      name: 'loaded instances only read their file again',
      want: { state: 'loaded', enabled: undefined },
      have: { ...running, active: 'inactive', needReload: true, newestRead: 9000 },
      steps: ['systemctl daemon-reload'],
    },
  ])
})
