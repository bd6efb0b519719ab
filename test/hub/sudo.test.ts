import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import { loadAssets } from '../../src/assets.ts'
import { render } from '../../src/hub/template.ts'

const assets = await loadAssets()
const folder = mkdtempSync(join(tmpdir(), 'sudo-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const said = join(folder, 'said')
const node = join(folder, 'node')
writeFileSync(node, `#!/bin/sh\n{ umask; pwd; printf '%s\\0' "$@"; env -0; } >${said}\n`)
const wrapper = join(folder, 'tljh')
writeFileSync(wrapper, render(assets, 'usr/local/bin/tljh', { node, release: '/release' }))
for (const file of [node, wrapper]) chmodSync(file, 0o755)

/** What Node is started with. */
function started(env: Record<string, string>, args: readonly string[] = []) {
  const { status, stderr } = spawnSync(wrapper, args, { env, cwd: folder, encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const [umask = '', cwd = '', ...rest] = readFileSync(said, 'utf8').split('\n')
  const parts = rest.join('\n').split('\0').slice(0, -1)
  // The three that come before the caller's own.
  const own = parts.slice(2, 2 + args.length)
  const names = parts.slice(2 + args.length).map((part) => part.replace(/=.*/s, ''))
  return { umask, cwd, own, names, text: parts.join('\n') }
}

const HOSTILE = {
  NODE_OPTIONS: '--require=/tmp/evil.js',
  NODE_PATH: '/tmp/evil',
  NODE_V8_COVERAGE: '/etc/cron.d',
  NODE_REDIRECT_WARNINGS: '/etc/cron.d/x',
  NODE_EXTRA_CA_CERTS: '/tmp/evil',
  NODE_CHANNEL_FD: '3',
  NODE_ICU_DATA: '/tmp/evil',
  NODE_TLS_REJECT_UNAUTHORIZED: '0',
  NODE_SOME_DAY: '1',
  OPENSSL_CONF: '/tmp/evil',
  OPENSSL_MODULES: '/tmp/evil',
  GLIBC_TUNABLES: 'x',
  HOME: '/tmp/evil',
  TZ: ':/etc/shadow',
  ENV: '/tmp/evil',
  IFS: 'o',
  PS4: 'x',
  name: '1',
  line: '2',
}
const KEPT = {
  SUDO_UID: '20001',
  SUDO_USER: 'jupyter-olga',
  LANG: 'C.UTF-8',
  https_proxy: 'x',
  UV_INDEX: 'y',
}

describe('the command', () => {
  test('hands on to Node only what it knows when somebody calls by sudo', () => {
    const { names, cwd, umask } = started({ ...HOSTILE, ...KEPT, PATH: '/tmp/evil:/usr/bin:/bin' })
    const plain = names.filter((name) => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name))
    expect(plain.toSorted()).toEqual([...Object.keys(KEPT), 'NODE_USE_SYSTEM_CA', 'PATH'].toSorted())
    // Owners name files in the folder where they are.
    expect({ cwd, umask }).toEqual({ cwd: folder, umask: '0022' })
  })

  test.each(['', 'x', '00', '1'])('takes SUDO_UID=%j for somebody else than root', (uid) => {
    const { names, text } = started({ ...HOSTILE, SUDO_UID: uid, PATH: '/usr/bin:/bin' })
    expect(names).not.toContain('NODE_OPTIONS')
    expect(text).toContain(`SUDO_UID=${uid}`)
  })

  test.each([{}, { SUDO_UID: '0' }])('leaves root its environment, %j', (env) => {
    expect(started({ ...env, NODE_DEBUG: 'x', PATH: '/usr/bin:/bin' }).names).toContain('NODE_DEBUG')
  })

  test('is not led astray by values of several lines', () => {
    const { names, text } = started({
      SUDO_UID: '20001',
      AAA: 'x\nexport NODE_OPTIONS\nexport LANG=evil\nexport $(touch /tmp/evil)=*',
      NODE_OPTIONS: "x'\nexport PATH='/tmp/evil",
      PATH: '/usr/bin:/bin',
    })
    expect(names).not.toContain('NODE_OPTIONS')
    expect(text).not.toContain('evil')
  })

  test('hands every argument on as it is', () => {
    const args = ['a b', '', 'c\nd', '*', '$(id)', '--', '-x', "'"]
    expect(started({ SUDO_UID: '20001', PATH: '/usr/bin:/bin' }, args).own).toEqual(args)
  })
})

const rules = (role: string): string => render(assets, `etc/sudoers.d/tljh-${role}`, {})

describe('the rules of sudo', () => {
  test('are the same for operators and instructors', () => {
    const same = rules('operators')
      .replaceAll('operators', 'instructors')
      .replaceAll('Operators', 'Instructors')
    expect(same).toBe(rules('instructors'))
  })

  test('give nothing but this command, and no variables', () => {
    const lines = rules('operators').split('\n')
    expect(lines.filter((line) => !/^(?:#|Defaults|$)/.test(line))).toEqual([
      '%jupyterhub-operators,!%jupyterhub-admins ALL=(root) CWD=/ NOPASSWD: NOSETENV: /usr/local/bin/tljh',
    ])
  })

  test('set nothing that sudo-rs does not know: it would refuse the file', () => {
    const defaults = rules('operators')
      .split('\n')
      .filter((line) => line.startsWith('Defaults'))
    const set = defaults.flatMap((line) => line.replaceAll(/"[^"]*"|^\S+/g, '').match(/\w+/g) ?? [])
    expect(set.toSorted((a, b) => a.localeCompare(b))).toEqual([
      'env_check',
      'env_check',
      'env_keep',
      'env_keep',
      'env_reset',
      'secure_path',
    ])
  })
})
