import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { formatPolicy, parsePolicy } from '../../src/people/policy.ts'
import { POLICY } from './machine.ts'

const main = new URL('../../src/helper/main.ts', import.meta.url).pathname
let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'helper-'))
  for (const path of ['etc', 'opt/tljh/state', 'run/tljh/lock'])
    mkdirSync(join(root, path), { recursive: true })
  writeFileSync(join(root, 'etc/passwd'), 'tljh-hub:x:990:990::/:/x\n')
  writeFileSync(join(root, 'opt/tljh/state/policy.json'), formatPolicy(parsePolicy(JSON.stringify(POLICY))))
})
afterEach(() => {
  rmSync(root, { recursive: true, force: true })
})

interface Reply {
  readonly answer: unknown
  readonly journal: string
  readonly lines: number
}

function ask(input: string | Buffer, peer: string | undefined = '1-2-990'): Reply {
  const env = peer === '' ? {} : { PEER: peer }
  const { stdout, stderr, status } = spawnSync(process.execPath, [main, '--root', root], {
    input,
    env,
    encoding: 'utf8',
  })
  expect(status).toBe(0)
  return { answer: JSON.parse(stdout), journal: stderr, lines: stdout.split('\n').length - 1 }
}

describe('the process', () => {
  test('answers one line with one line', () => {
    const reply = ask('{"verb":"stop","name":"bob"}\n')
    expect(reply).toEqual({ answer: { ok: true }, journal: `<5>stop 'bob': ok\n`, lines: 1 })
  })

  test('serves root and the hub and nobody else', () => {
    expect(ask('{"verb":"stop","name":"bob"}\n', '1-2-0').answer).toEqual({ ok: true })
    for (const peer of ['1-2-20000', 'nonsense', '']) {
      expect(ask('{"verb":"stop","name":"bob"}\n', peer).answer).toMatchObject({ ok: false, error: 'denied' })
    }
    expect(existsSync(join(root, 'opt/tljh/state/ledger.sqlite'))).toBe(true)
  })

  test.each([
    ['nothing', ''],
    ['no newline', '{"verb":"stop"'],
    ['an HTTP request', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['70 kB without a newline', 'x'.repeat(70_000)],
    ['70 kB', `${JSON.stringify({ verb: 'stop', name: 'x'.repeat(70_000) })}\n`],
    ['a megabyte of zeros', Buffer.alloc(1_000_000)],
    ['two requests', '{"verb":"stop","name":"bob"}\n{"verb":"stop","name":"ann"}\n'],
  ])('refuses %s in one line', (_, input) => {
    const { answer, journal, lines } = ask(input)
    expect(answer).toMatchObject({ ok: false, error: 'bad-request' })
    expect(journal).toMatch(/^<4>bad-request: [^\n]+\n$/)
    expect(lines).toBe(1)
  })

  test('answers before the other side closes', async () => {
    const child = spawn(process.execPath, [main, '--root', root], { env: { PEER: '1-2-0' } })
    child.stdin.write('{"verb":"st')
    child.stdin.write('op","name":"bob"}\n')
    const [data] = await once(child.stdout, 'data')
    expect(String(data)).toBe('{"ok":true}\n')
    await once(child, 'exit')
  })

  test('survives somebody who does not wait for the answer', async () => {
    const child = spawn(process.execPath, [main, '--root', root], { env: { PEER: '1-2-0' } })
    child.stdout.destroy()
    child.stdin.end('{"verb":"stop","name":"bob"}\n')
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
  })

  test('a damaged ledger is a sentence, and no stack leaves the machine', () => {
    writeFileSync(join(root, 'opt/tljh/state/ledger.sqlite'), 'not a database'.repeat(400), { mode: 0o600 })
    const { answer, journal } = ask('{"verb":"stop","name":"bob"}\n')
    expect(answer).toMatchObject({
      ok: false,
      error: 'failed',
      message: expect.stringContaining('is damaged'),
    })
    expect(JSON.stringify(answer)).not.toContain('    at ')
    expect(journal.split('\n')).toHaveLength(2)
  })
})
