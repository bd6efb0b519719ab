/** A config.yaml with mistakes, and two commands at once: nothing is changed by half. */
import { readFile, writeFile } from 'node:fs/promises'

import { expect, onTestFinished } from 'vitest'

import { tljh } from './support/administrator.ts'
import { Client } from './support/client.ts'
import { state } from './support/installation.ts'
import { machineTest } from './support/machine.ts'
import { until } from './support/until.ts'

const test = machineTest({ image: 'installed' })

const CONFIG = '/opt/tljh/config/config.yaml'

const MISTAKES: readonly { readonly text: string; readonly says: readonly string[] }[] = [
  {
    text: 'users:\n  admin: [boss]\n  alowed: [zoe]\nlimits:\n  memory: lots\nhttp: {port: 0}\n',
    says: [
      '3:3: users.alowed: unknown key',
      '5:3: limits.memory: expected a size',
      '6:8: http.port: expected a port',
    ],
  },
  { text: 'users:\n  admin:\n    - boss\n    - Zoë\n', says: ['4:7: users.admin.1: '] },
  { text: 'users:\n\tadmin: [boss]\n', says: ['2:1: Tabs are not allowed'] },
  { text: 'http: {port: 80}\nhttp: {port: 81}\n', says: ['2:1: '] },
  { text: 'users: [boss]\n', says: ['1:1: users: expected a mapping, found a list'] },
  { text: '- boss\n', says: [': expected a mapping, found a list'] },
  { text: 'users: {admin: [boss}\n', says: ['1:21: '] },
]

const READERS = [
  ['plan'],
  ['plan', '--check'],
  ['reconfigure'],
  ['install'],
  ['install', '--admin', 'boss'],
  ['status'],
  ['check'],
  ['config', 'show'],
  ['config', 'check'],
  ['user', 'add', 'zoe'],
  ['user', 'set', 'boss', '--operator'],
  ['user', 'rename', 'boss', 'chef'],
  ['group', 'add', 'course-a', 'boss'],
  ['group', 'list'],
]

test(
  'a mistake in config.yaml is named with line and column by every command, and nothing changes',
  {
    timeout: 120_000,
  },
  async ({ machine }) => {
    const right = await readFile(machine.path(CONFIG), 'utf8')
    onTestFinished(async () => writeFile(machine.path(CONFIG), right))
    for (const { text, says } of MISTAKES) {
      await writeFile(machine.path(CONFIG), text)
      const before = await state(machine)
      // The first text goes through all commands, the others through one that would change something.
      const commands = text === MISTAKES[0]?.text ? READERS : [['reconfigure'], ['user', 'add', 'zoe']]
      for (const words of commands) {
        const { code, stdout, stderr } = await tljh(machine, ...words)
        expect.soft({ words, code, stdout }).toEqual({ words, code: 78, stdout: '' })
        for (const place of says) expect.soft(stderr).toContain(`${CONFIG}:${place}`.replace('::', ':'))
        expect.soft(stderr).not.toMatch(/mistake in tljh|^ +at /m)
      }
      expect(await state(machine)).toBe(before)
    }
    await writeFile(machine.path(CONFIG), right)
    expect((await tljh(machine, 'plan', '--check')).code).toBe(0)
  },
)

test('who is who, passwords and locks do not wait for a config.yaml that is right', async ({ machine }) => {
  await machine.ok(['tljh', 'user', 'add', 'yves'])
  const added = await readFile(machine.path(CONFIG), 'utf8')
  onTestFinished(async () => writeFile(machine.path(CONFIG), added))
  await writeFile(machine.path(CONFIG), MISTAKES[0]?.text ?? '')
  expect(await tljh(machine, 'user', 'list')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^yves /m),
  })
  expect(await tljh(machine, 'user', 'show', 'yves')).toMatchObject({ code: 0 })
  const password = await tljh(machine, 'user', 'password', 'yves')
  expect(password).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^yves +one-time password: \S+\n$/),
  })
  const [, oneTime = ''] = /password: (\S+)/.exec(password.stdout) ?? []
  expect(await new Client(machine.url).login('yves', oneTime)).toBe('choose')

  expect(await tljh(machine, 'user', 'lock', 'yves', '--reason', 'now')).toMatchObject({
    code: 78,
    stdout: '',
  })
  expect(await new Client(machine.url).login('yves', oneTime), 'the lock counts already').toBe('refused')
  await writeFile(machine.path(CONFIG), added)
  expect((await tljh(machine, 'reconfigure')).code).toBe(0)
  expect(await machine.sh('getent shadow jupyter-yves | cut -d: -f8')).toBe('2\n')
  expect((await tljh(machine, 'user', 'unlock', 'yves')).code).toBe(0)
  expect(await new Client(machine.url).login('yves', oneTime)).toBe('choose')
})

test('without config.yaml it is said how to get one', async ({ machine }) => {
  await machine.sh(`mv ${CONFIG} /root/`)
  for (const words of [['plan'], ['reconfigure'], ['status'], ['user', 'add', 'zoe']]) {
    const { code, stdout, stderr } = await tljh(machine, ...words)
    expect.soft({ words, code, stdout }).toEqual({ words, code: 69, stdout: '' })
    expect.soft(stderr).toBe(`error: there is no ${CONFIG}; \`tljh install --admin NAME\` writes one\n`)
  }
  await machine.sh(`mv /root/config.yaml ${CONFIG}`)
})

test('of two at once the second waits, or names the first', { timeout: 180_000 }, async ({ machine }) => {
  // A reload that ends when somebody writes into the gate.
  await machine.sh(`
    mkfifo -m 644 /run/gate
    mkdir /etc/systemd/system/jupyterhub-proxy.service.d
    printf '[Service]\\nExecReload=/bin/cat /run/gate\\n' >/etc/systemd/system/jupyterhub-proxy.service.d/gate.conf
    systemctl daemon-reload
    echo '# mine' >/opt/tljh/config/nginx.d/mine.conf`)
  const first = tljh(machine, 'reconfigure')
  await until(
    async () => machine.ok(['systemctl', 'show', '--property=ActiveState', 'jupyterhub-proxy.service']),
    (text) => text === 'ActiveState=reloading\n',
  )
  const second = await tljh(machine, 'user', 'add', 'zoe')
  expect(second).toMatchObject({
    code: 69,
    stdout: '',
    stderr: expect.stringMatching(
      /^error: another tljh runs since \S+: pid \d+, `tljh reconfigure`; wait for it to end, then run the same command again/,
    ),
  })
  // Those that only look do not wait.
  expect((await tljh(machine, 'user', 'list')).code).toBe(0)
  expect((await tljh(machine, 'plan')).code).toBe(0)

  const third = tljh(machine, 'reconfigure')
  await machine.sh('echo go >/run/gate')
  expect(await first).toMatchObject({ code: 0, stdout: '1 changed.\n' })
  expect(await third).toMatchObject({ code: 0, stdout: 'Nothing to change.\n' })
})
