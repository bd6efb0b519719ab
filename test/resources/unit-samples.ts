/** A unit, and what systemd says of units in every state. */
import type { Unit } from '../../src/resources/unit.ts'
import { FakeHost } from '../support/fake-host.ts'

/** What `systemctl show --timestamp=us+utc` of systemd 252 said of units in these states. */
export const CAPTURED = {
  running: `ExecMainStartTimestamp=Sun 2026-11-22 20:45:12.710410 UTC
ActiveState=active
UnitFileState=enabled
InactiveExitTimestamp=Sun 2026-11-22 20:45:12.712056 UTC
NeedDaemonReload=no
`,
  socket: `ActiveState=active
UnitFileState=enabled
InactiveExitTimestamp=Sun 2026-11-22 20:45:12.459672 UTC
NeedDaemonReload=no
`,
  slice: `ActiveState=active
UnitFileState=static
InactiveExitTimestamp=Sun 2026-11-22 20:45:12.217518 UTC
NeedDaemonReload=no
`,
  unknown: `ExecMainStartTimestamp=
ActiveState=inactive
UnitFileState=
InactiveExitTimestamp=
NeedDaemonReload=no
`,
  waiting: `ExecMainStartTimestamp=Sun 2026-11-22 20:45:39.289667 UTC
ActiveState=activating
UnitFileState=static
InactiveExitTimestamp=Sun 2026-11-22 20:45:47.937832 UTC
NeedDaemonReload=yes
`,
  failed: `ExecMainStartTimestamp=Sun 2026-11-22 20:45:39.274411 UTC
ActiveState=failed
UnitFileState=disabled
InactiveExitTimestamp=Sun 2026-11-22 20:45:39.275408 UTC
NeedDaemonReload=no
`,
  pattern: '',
} as const

/** Milliseconds since 1970 of a time on the day of the samples. */
export const at = (time: string): number => Date.parse(`2026-11-22T${time}Z`)

export const WANT: Unit = {
  kind: 'unit',
  name: 'jupyterhub.service',
  state: 'running',
  enabled: true,
  reads: ['/etc/systemd/system/jupyterhub.service', '/opt/tljh/hub-config/hub.json'],
}

/** A machine on which systemd says this of every unit. */
export function hostWith(shown: string): FakeHost {
  const host = new FakeHost()
  host.answers.push(['systemctl show --timestamp=us+utc', { stdout: shown }])
  return host
}
