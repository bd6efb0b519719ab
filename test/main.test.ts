import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const MAIN = resolve(import.meta.dirname, '../src/main.ts')
/** Somebody who is not root: the one running the tests, or else nobody. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
/** The compile cache lies under /opt/tljh, which is none of the tests' business. */
const env = { PATH: process.env['PATH'], NODE_DISABLE_COMPILE_CACHE: '1' }

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the program as somebody who is not root; `deaf` closes its standard output at once. */
function tljh(args: readonly string[], deaf = false): Promise<Ended> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...nobody,
  })
  const said = { out: '', err: '' }
  if (deaf) child.stdout.destroy()
  else child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text))
  return new Promise((done, fail) => {
    child.once('error', fail).once('close', (code) => done({ code, ...said }))
  })
}

const folder = mkdtempSync(join(tmpdir(), 'main-'))
const place = (name: string): string => join(folder, name)

beforeAll(() => {
  chmodSync(folder, 0o755)
  writeFileSync(place('good.yaml'), 'users:\n  admin: [ada]\n')
  writeFileSync(place('bad.yaml'), 'users:\n  admin: [Ada]\nhttp:\n  port: 0\n')
  writeFileSync(place('closed.yaml'), '', { mode: 0o000 })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const MISTAKES = `${place('bad.yaml')}:2:11: users.admin.0: write it as ada: this is how it is used everywhere
${place('bad.yaml')}:4:3: http.port: expected a port, 1 to 65535`

type Row = readonly [args: string, code: number, out: RegExp, err: RegExp]

const exactly = (text: string): RegExp =>
  new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`)
const nothing = /^$/

/** What somebody types, and what comes of it. FOLDER stands for the folder of the files above. */
const ROWS: readonly Row[] = [
  ['--help', 0, /^Usage: tljh .*Exit codes:/s, nothing],
  ['help user', 0, /^Usage: tljh user /, nothing],
  ['config check --help', 0, /^Usage: tljh config check /, nothing],
  ['version', 0, /^littlest-hub \d+\.\d+\.\d+ \(source\)\n$/, nothing],
  ['version --json', 0, /^\{\n {2}"version": "\d+\.\d+\.\d+",\n {2}"id": "source"\n\}\n$/, nothing],
  ['config keys', 0, /^base_url \("\/"\)\n/, nothing],
  ['config check FOLDER/good.yaml', 0, exactly(`${place('good.yaml')}: no mistakes\n`), nothing],
  ['', 64, nothing, /^Usage: tljh /],
  ['user', 64, nothing, /^Usage: tljh user /],
  ['instal', 64, nothing, /^error: unknown command 'instal'\n\(Did you mean install\?\)/],
  ['plan --chek', 64, nothing, /^error: unknown option '--chek'\n\(Did you mean --check\?\)/],
  ['plan now', 64, nothing, /^error: too many arguments for 'plan'/],
  ['user add', 64, nothing, /^error: missing required argument 'name'/],
  ['install --port', 64, nothing, /^error: option '--port <port>' argument missing/],
  ['user add Ad@@', 64, nothing, /^error: the name 'Ad@@' does not end in a letter or digit\n$/],
  ['config check FOLDER/none.yaml', 64, nothing, /^error: there is no file .*none\.yaml\n$/],
  ['config check FOLDER/bad.yaml', 78, nothing, exactly(`error: ${MISTAKES}\n`)],
  ['config check FOLDER', 69, nothing, /^error: \S+ cannot be read: it is a folder, not a file\n$/],
  ['config check FOLDER/closed.yaml', 69, nothing, /^error: \S+ cannot be read: only root may; say sudo/],
  ['plan', 69, nothing, exactly('error: `tljh plan` needs root: sudo tljh plan\n')],
  ['plan --check --json', 69, nothing, /^\{"error":"HostError","message":"`tljh plan` needs root/],
  ['install --admin ada', 69, nothing, /needs root/],
  ['config show', 69, nothing, /needs root/],
]

/** Root may keep the checkout to itself; then nobody else can run it. */
const readable = spawnSync('test', ['-r', MAIN], nobody).status === 0

describe.skipIf(!readable).concurrent('tljh', { timeout: 120_000 }, () => {
  test.each(ROWS)('%s: ends with %d, without a stack', async (...[args, code, out, err]) => {
    const words = args.split(' ').filter((word) => word !== '')
    const ended = await tljh(words.map((word) => word.replace('FOLDER', folder)))
    expect(ended).toEqual({ code, out: expect.stringMatching(out), err: expect.stringMatching(err) })
    expect(ended.err).not.toMatch(/^ {4}at |node:internal/m)
  })

  test.each([
    ['config check FOLDER/bad.yaml', { error: 'ConfigError', message: MISTAKES, exitCode: 78 }],
    ['status', { error: 'HostError', message: '`tljh status` needs root: sudo tljh status', exitCode: 69 }],
  ])('%s --json: the error is JSON, alone', async (args, error) => {
    const words = args.replace('FOLDER', folder).split(' ')
    const ended = await tljh([...words, '--json'])
    expect(JSON.parse(ended.err)).toEqual(error)
    expect(ended.out).toBe('')
  })

  test('instal --json: the last line of the error is JSON', async () => {
    const { err } = await tljh(['instal', '--json'])
    const last: unknown = JSON.parse(err.trimEnd().split('\n').at(-1) ?? '')
    expect(last).toMatchObject({ error: 'UsageError', exitCode: 64 })
  })

  test('a reader that goes away is no error', async () => {
    expect(await tljh(['config', 'keys'], true)).toEqual({ code: 0, out: '', err: '' })
  })
})
