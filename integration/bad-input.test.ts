/** Wrong use: every command refuses with one plain sentence and its exit code, and changes nothing. */
import { expect } from 'vitest'

import { tljh } from './support/administrator.ts'
import { state } from './support/installation.ts'
import { machineTest } from './support/machine.ts'

const test = machineTest({ image: 'installed' })

const LONG_NAME = 'x'.repeat(300)

interface Refusal {
  readonly words: readonly string[]
  readonly says: string | RegExp
  /** Exit code, default 64. */
  readonly code?: number
}

const NAMES: readonly (readonly [string, string])[] = [
  ['../x', "the name '../x' has /"],
  ['a\nb', String.raw`the name 'a\u{a}b' has characters other than`],
  ['ada bob', "the name 'ada bob' has a space"],
  ['$(id)', "the name '$(id)' has"],
  ['x;id', "the name 'x;id' has ;"],
  ['a..b', "the name 'a..b'"],
  ['', 'empty'],
  [LONG_NAME, 'is longer than 64 characters'],
  ['\u0430da', String.raw`\u{430}`],
  ['jörg', String.raw`\u{f6}`],
]

const REFUSALS: readonly Refusal[] = [
  { words: [], says: 'Usage: tljh [options] [command]' },
  { words: ['frob'], says: "error: unknown command 'frob'" },
  { words: ['plan', '--frob'], says: "error: unknown option '--frob'" },
  { words: ['plan', 'frob'], says: 'error: too many arguments' },
  { words: ['config', 'frob'], says: "error: unknown command 'frob'" },
  { words: ['user', 'add'], says: "error: missing required argument 'name'" },
  ...NAMES.flatMap(([name, says]) => [
    { words: ['user', 'add', '--', 'carol', name], says },
    { words: ['user', 'password', '--', name], says },
    { words: ['install', `--admin=${name}`], says },
  ]),
  { words: ['user', 'add', '--', '-rf'], says: "error: the name '-rf' does not begin with" },
  {
    words: ['user', 'password', 'carol'],
    says: 'error: carol is nobody of this hub; to add them: sudo tljh user add carol',
  },
  {
    words: ['user', 'password', 'boss', '--password-file', '/root/none'],
    says: 'error: there is no file /root/none',
  },
  {
    words: ['user', 'password', 'boss', '--password-file', '/root'],
    says: '/root cannot be read: it is a folder',
    code: 69,
  },
  {
    words: ['user', 'password', 'boss', '--password-file', '/dev/null'],
    says: 'error: the password for boss is refused: ',
  },
  {
    words: ['user', 'password', 'boss', '--password-file', '/root/weak'],
    says: 'error: the password for boss is refused: ',
  },
  {
    words: ['install', '--admin', 'boss', '--admin-password-file', '/root/none'],
    says: 'there is no file /root/none',
  },
  {
    words: ['install', '--admin', 'boss', '--admin-password-file', '/root/weak'],
    says: 'the password for boss is refused: ',
  },
  { words: ['install', '--admin-password-file', '/root/weak'], says: 'is for exactly one --admin' },
  { words: ['install', '--admin', 'boss:short'], says: 'the password for boss is refused: ' },
  ...['0', '65536', 'http', '', '8.5', '-1'].map((port) => ({
    words: ['install', `--port=${port}`],
    says: `error: --port: expected 1 to 65535, found ${port}`,
  })),
  ...['no-one', '../hub', '--help-me', 'boss\nhub'].map((what) => ({
    words: ['logs', '--', what],
    says: 'there is neither a part nor a person called ',
  })),
  ...['0', '-5', 'x', ''].map((lines) => ({
    words: ['logs', `--lines=${lines}`],
    says: `error: --lines: expected a number, found ${lines}`,
  })),
  { words: ['config', 'check', '/root/none'], says: 'error: there is no file /root/none' },
  { words: ['config', 'check', '/root'], says: 'error: /root cannot be read: it is a folder', code: 69 },
  { words: ['config', 'check', '/root/weak'], says: '/root/weak: expected a mapping, found', code: 78 },
]

test('wrong use is refused in a sentence, and nothing changes', { timeout: 300_000 }, async ({ machine }) => {
  await machine.sh('echo password1 >/root/weak')
  const before = await state(machine)
  for (const { words, says, code = 64 } of REFUSALS) {
    const refused = await tljh(machine, ...words)
    expect.soft({ words, code: refused.code, stdout: refused.stdout }).toEqual({ words, code, stdout: '' })
    expect.soft(refused.stderr).toMatch(says)
    expect.soft(refused.stderr).not.toMatch(/mistake in tljh|^ +at /m)
  }
  expect(await state(machine)).toBe(before)
})

test.for(REFUSALS.filter((_, index) => index % 6 === 1))(
  'with --json the refusal of $words is an object',
  async ({ words, says, code = 64 }, { machine }) => {
    const { stdout, stderr } = await tljh(machine, '--json', ...words)
    const refusal = JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as Record<string, unknown>
    expect({ ...refusal, stdout }).toEqual({
      error: expect.stringMatching(/^(Usage|Host|Config)Error$/),
      message: expect.stringMatching(
        typeof says === 'string'
          ? says.replace(/^error: /, '').replaceAll(/[$()[\]\\{}.?+]/g, String.raw`\$&`)
          : says,
      ),
      exitCode: code,
      stdout: '',
    })
  },
)

const NEED_ROOT = [
  ['install', '--admin', 'eve'],
  ['plan'],
  ['reconfigure'],
  ['status'],
  ['logs'],
  ['config', 'show'],
  ['config', 'check'],
  ['user', 'list'],
  ['user', 'add', 'eve'],
  ['user', 'password', 'boss'],
]

test('who is not root is told to say sudo, and sees nothing', { timeout: 120_000 }, async ({ machine }) => {
  const before = await state(machine)
  for (const words of NEED_ROOT) {
    const { code, stdout, stderr } = await machine.run(['tljh', ...words], { user: 'nobody' })
    expect.soft({ words, code, stdout }).toEqual({ words, code: 69, stdout: '' })
    expect.soft(stderr).toMatch(/^error: .*sudo/)
  }
  expect(await state(machine)).toBe(before)
  expect((await machine.run(['tljh', 'version'], { user: 'nobody' })).code).toBe(0)
  expect((await machine.run(['tljh', 'config', 'keys'], { user: 'nobody' })).code).toBe(0)
})

const JSON_COMMANDS = [
  ['version'],
  ['plan'],
  ['plan', '--check'],
  ['reconfigure'],
  ['install'],
  ['status'],
  ['check'],
  ['config', 'show'],
  ['config', 'check'],
  ['config', 'keys'],
  ['user', 'add', 'yann'],
  ['user', 'list'],
  ['user', 'password', 'yann'],
  ['logs'],
  ['logs', 'helper'],
  ['logs', 'yann'],
]

test('with --json every command prints one JSON value and nothing else', async ({ machine }) => {
  for (const words of JSON_COMMANDS) {
    const { code, stdout } = await tljh(machine, ...words, '--json')
    expect.soft({ words, code }).toEqual({ words, code: 0 })
    expect.soft(() => JSON.parse(stdout) as unknown, words.join(' ')).not.toThrow()
  }
})

test('a reader that goes away is no error, a full disk for the output is one', async ({ machine }) => {
  const cut = await machine.run(['sh', '-c', 'tljh config keys | head -n 1'])
  expect(cut).toEqual({ code: 0, stdout: expect.stringMatching(/^base_url.*\n$/), stderr: '' })
  const full = await machine.run(['sh', '-c', 'tljh config keys >/dev/full'])
  expect(full).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: the result cannot be written: ENOSPC/),
  })
})
