/** Paths that try to reach a server other than the one whose cookies the browser sends along. */
import { readFileSync } from 'node:fs'
import { connect as dial } from 'node:net'
import { join } from 'node:path'

import type { Machine } from '../machine.ts'
import { until } from '../until.ts'

const RECORDER = readFileSync(join(import.meta.dirname, 'recorder.py'), 'utf8')

/** Who may get a request: somebody's server, the hub, or nobody. */
export type Receiver = 'alice' | 'mallory' | 'hub' | 'nobody'

/** A path as it goes over the wire, and who gets it. */
export type Trick = readonly [path: string, receiver: Receiver]

// Browsers send a person's cookies by the beginning of the path: /hub/ and /user/alice/ must never lead to mallory.
export const tricks: readonly Trick[] = [
  ['/user/alice/api', 'alice'],
  ['/user/mallory/api', 'mallory'],
  ['/hub/home', 'hub'],
  ['/user/alice', 'alice'],
  ['/user/alice?x=/../mallory/', 'alice'],
  ['/user/alice/a..b/..c/d../e', 'alice'],
  ['/user/alice/../mallory/api', 'nobody'],
  ['/user/alice/%2e%2e/mallory/api', 'nobody'],
  ['/user/alice/.%2E/mallory/api', 'nobody'],
  ['/user/alice/..%2fmallory/api', 'nobody'],
  ['/user/alice/..%2Fmallory%2Fapi', 'nobody'],
  ['/user/alice%2f..%2fmallory/api', 'nobody'],
  ['/user/alice/x%2f..%2f..%2fmallory/', 'nobody'],
  ['/user/alice/x/../../mallory/', 'nobody'],
  ['/user/alice//..//mallory/', 'nobody'],
  ['/user/alice/%2e%2e%2f%2e%2e%2fuser%2fmallory%2fapi', 'nobody'],
  ['/hub/../user/mallory/api', 'nobody'],
  ['/hub/..%2fuser/mallory/api', 'nobody'],
  ['/hub/..%2fuser%2fmallory%2fapi', 'nobody'],
  ['/hub/%2e%2e/user/mallory/api', 'nobody'],
  ['/hub/login/%2e%2e%2f%2e%2e%2fuser%2fmallory%2f', 'nobody'],
  ['/hub%2f..%2fuser%2fmallory%2f', 'nobody'],
  ['/user/..%2f..%2fhub.sock/x', 'nobody'],
  ['/user/..%2fuser%2fmallory/api', 'nobody'],
  ['/user/../hub/login', 'nobody'],
  ['/user/mallory/../../hub/api/', 'nobody'],
  ['/user/..', 'nobody'],
  // nginx itself adds the slash.
  ['/user', 'nobody'],
  ['/user/alice%00/api', 'nobody'],
  ['/user/alice/..%252fmallory/api', 'alice'],
  ['/user/alice/..%5cmallory/api', 'alice'],
  ['/user/alice/..;/mallory/api', 'alice'],
  ['/user/alice%2fapi', 'alice'],
  ['/user/al%69ce/api', 'alice'],
  ['/user/./alice/api', 'alice'],
  ['/user//alice/api', 'alice'],
  ['//user/alice/api', 'alice'],
  ['/user/alice:x/api', 'hub'],
  ['/user/alice%3ax/api', 'hub'],
  ['/user/alice%20x/api', 'hub'],
  ['/user/alice%0d%0aX-Y:1/api', 'hub'],
  ['/user/ALICE/api', 'hub'],
  ['/USER/alice/api', 'hub'],
  ['/user/%25/api', 'hub'],
  ['/user/%2525/x', 'hub'],
  ['/user/./api', 'hub'],
  ['/user/.new/x', 'hub'],
  ['/user/.new-1/x', 'hub'],
  ['/user/nobody-here/lab', 'hub'],
  ['/user/alicex/lab', 'hub'],
  ['/user/%E7%A7%80%E6%A8%B9/api', 'hub'],
  [`/user/${'a'.repeat(100)}/lab`, 'hub'],
  ['/user/', 'hub'],
  ['/services/none/', 'hub'],
]

const HOLDERS: readonly (readonly [Receiver, string])[] = [
  ['hub', '/run/tljh-hub/hub.sock'],
  ['alice', '/run/tljh/user/alice/server.sock'],
  ['mallory', '/run/tljh/user/mallory/server.sock'],
]

/** Puts recorders in the places of the hub and of the servers of alice and mallory, whose routes must stand. */
export async function standIn(machine: Machine): Promise<void> {
  // First the hub, so that it does not take the routes of stopped servers away.
  await machine.sh('systemctl stop jupyterhub; systemctl stop "jupyter@*.service" "jupyter@*.socket"')
  for (const [name, path] of HOLDERS) {
    await machine.ok([
      'systemd-run',
      '--quiet',
      `--unit=recorder-${name}`,
      '/usr/bin/python3',
      '-I',
      '-c',
      RECORDER,
      path,
      name,
    ])
  }
  for (const [name, path] of HOLDERS) {
    await until(
      async () => machine.run(['curl', '-s', '--unix-socket', path, 'http://x/']),
      ({ stdout }) => stdout.startsWith(name),
    )
  }
}

/** Gives their places back. */
export async function standDown(machine: Machine): Promise<void> {
  await machine.sh('systemctl stop recorder-hub recorder-alice recorder-mallory; systemctl start jupyterhub')
}

/** Sends a request line as it is, which no HTTP client does. @returns who got it */
export async function receiver(machine: Machine, path: string): Promise<Receiver> {
  const socket = dial(machine.port, '127.0.0.1')
  socket.setTimeout(30_000, () => socket.destroy(new Error(`no answer for ${path}`)))
  socket.write(`GET ${path} HTTP/1.1\r\nHost: hub\r\nCookie: secret=1\r\nConnection: close\r\n\r\n`)
  let text = ''
  for await (const chunk of socket.setEncoding('latin1')) text += String(chunk)
  const [, status = '', body = ''] = /^HTTP\/1\.1 (\d{3})[\s\S]*?\r\n\r\n([\s\S]*)$/.exec(text) ?? []
  if (status !== '200') return 'nobody'
  return HOLDERS.map(([name]) => name).find((name) => body.startsWith(`${name}\nGET `)) ?? 'nobody'
}
