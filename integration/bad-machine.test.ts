/** Machines that stand in the way: one clear error, nothing half done, and the same command finishes when it is mended. */
import { expect } from 'vitest'

import type { CommandResult } from '../src/host/host.ts'
import { tljh } from './support/administrator.ts'
import { Client } from './support/client.ts'
import { install, provideRelease } from './support/installation.ts'
import { printedPassword } from './support/installed.ts'
import { type Machine, machineTest } from './support/machine.ts'

const test = machineTest({ image: 'bare', disk: 3_000_000_000 })
const testOffline = machineTest({ image: 'bare', offline: true })
const SLOW = { timeout: 600_000 }

/** Without a stack, and the last line is the error. */
function expectPlain({ code, stdout, stderr }: CommandResult, exit: number): void {
  expect({ code, stdout }).toEqual({ code: exit, stdout: '' })
  expect(stderr).not.toMatch(/mistake in tljh|^ +at /m)
  expect(stderr.match(/^(tljh: )?error: /gm)).toHaveLength(1)
}

/** What a refused installation leaves: what the bootstrap brought, and no trace of a hub. */
async function expectUntouched(machine: Machine): Promise<void> {
  const left = await machine.sh(
    `ls /opt/tljh; ls /etc/systemd/system | grep -E '^jupyter' || true; grep -E '^(tljh|jupyter)' /etc/passwd /etc/group || true`,
  )
  expect(left.split('\n')).toEqual(['cache', 'release', 'tools', ''])
}

interface Obstacle {
  readonly name: string
  /** Puts the obstacle there, and takes it away. */
  readonly make: string
  readonly mend: string
  readonly says: readonly RegExp[]
}

const listening = (address: string, port: number): string =>
  `systemd-run --quiet --unit=other perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(
     LocalAddr => "${address}", LocalPort => ${port}, Listen => 1) or die; sleep'
   until ss -ltn | grep -q ':${port} '; do sleep 0.1; done`

const OBSTACLES: readonly Obstacle[] = [
  {
    name: 'another program on port 80',
    make: listening('0.0.0.0', 80),
    mend: 'systemctl stop other',
    says: [
      /^stop +ports +port 80 is taken by perl \(process \d+\)$/m,
      /systemctl disable --now other\.service/,
      /--port/,
    ],
  },
  {
    name: 'another program on our loopback port',
    make: listening('127.0.0.1', 880),
    mend: 'systemctl stop other',
    says: [/^stop +ports +127\.0\.0\.1:880 is taken by perl \(process \d+\)$/m],
  },
  {
    name: 'The Littlest JupyterHub, half installed',
    make: `mkdir -p /opt/tljh/hub/bin; touch /opt/tljh/hub/bin/python3
      printf '[Service]\\nExecStart=/opt/tljh/hub/bin/traefik -c x\\n' >/etc/systemd/system/traefik.service`,
    mend: 'rm -r /opt/tljh/hub /etc/systemd/system/traefik.service',
    says: [
      /^stop +tljh +The Littlest JupyterHub is, or was begun to be, installed here/m,
      /seen: .*\/opt\/tljh\/hub, .*traefik\.service/,
      /to keep it: do nothing/,
    ],
  },
  {
    name: 'a disk with too little room',
    make: 'fallocate -l 1700M /root/large',
    mend: 'rm /root/large',
    says: [/^stop +space +\d+ MB free for \/opt; 2 GB is needed$/m],
  },
  {
    name: 'a network that is away',
    make: 'ip route show default >/root/route; ip route delete default',
    mend: 'ip route add $(cat /root/route)',
    says: [
      /^stop +sources +package sources cannot be reached: deb\.debian\.org/m,
      /fix: +mend the network or the resolver/,
    ],
  },
]

test.for(OBSTACLES)(
  '$name is named before anything begins',
  SLOW,
  async ({ make, mend, says }, { machine }) => {
    if ((await machine.run(['test', '-e', '/root/bootstrap.sh'])).code !== 0) await provideRelease(machine)
    await machine.sh('command -v perl ss >/dev/null')
    await machine.sh(make)
    const refused = await install(machine)
    expectPlain(refused, 69)
    for (const text of says) expect.soft(refused.stderr).toMatch(text)
    await machine.sh(mend)
    await expectUntouched(machine)
  },
)

test('a package source that does not answer is named with the resource', SLOW, async ({ machine }) => {
  await machine.sh(`echo 'Acquire::http::Proxy "http://127.0.0.1:9";' >/etc/apt/apt.conf.d/99broken`)
  const refused = await install(machine)
  expectPlain(refused, 1)
  expect(refused.stderr).toMatch(/^error: apt-packages:\S*nginx\S*: apt-get .* ended with exit code 100$/m)
  expect(refused.stderr).toMatch(/127\.0\.0\.1:9/)
  expect(refused.stderr).toMatch(/Running the same command again continues from here/)
  await machine.sh('rm /etc/apt/apt.conf.d/99broken; rm -r /opt/tljh/env')
})

test('a package index that does not answer is named with the resource', SLOW, async ({ machine }) => {
  await machine.sh(
    'mkdir -p /etc/uv; echo \'index-url = "http://127.0.0.1:9/simple"\' >/etc/uv/uv.toml; rm -rf /opt/tljh/cache/uv',
  )
  const refused = await install(machine)
  expectPlain(refused, 1)
  expect(refused.stderr).toMatch(
    /^error: python-env:\/opt\/tljh\/env\/\S+: \S+uv pip sync .* ended with exit code \d+$/m,
  )
  expect(refused.stderr).toMatch(/127\.0\.0\.1:9/)
  await machine.sh('rm -r /etc/uv')
})

test(
  'a disk that fills up is named with the resource; with room again the same command finishes',
  SLOW,
  async ({ machine }) => {
    // Takes the room when the environments are begun.
    const fill = `until ls -d /opt/tljh/env/server/*.new >/dev/null 2>&1; do sleep 0.05; done
    fallocate -l $(( $(stat -f -c '%a * %S' /) - 50000000 )) /root/large`
    await machine.ok(['systemd-run', '--quiet', '--unit=fill', 'bash', '-c', fill])
    const refused = await install(machine)
    expectPlain(refused, 1)
    expect(refused.stderr).toMatch(/^error: python-env:\/opt\/tljh\/env\/\S+: /m)
    expect(refused.stderr).toMatch(/no space left on device/i)
    expect(await machine.sh('find /opt/tljh/env -mindepth 2 -maxdepth 2 -not -name "*.new"')).toBe('')

    await machine.sh('rm /root/large')
    const last = await install(machine)
    expect({ code: last.code, said: last.stdout + last.stderr }).toMatchObject({ code: 0 })
    const boss = new Client(machine.url)
    expect(await boss.login('boss', printedPassword(last.stdout) ?? '')).toBe('choose')
    expect((await tljh(machine, 'plan', '--check')).code).toBe(0)
  },
)

test(
  'a disk that is full later stops nobody: the error names it, and nothing is lost',
  SLOW,
  async ({ machine }) => {
    await machine.sh(
      `fallocate -l $(( $(stat -f -c '%a * %S' /) - 4096 )) /root/large; cat /dev/zero >/root/rest || true`,
    )
    const config = await machine.ok(['cat', '/opt/tljh/config/config.yaml'])
    const refused = await tljh(machine, 'user', 'add', 'zoe')
    expect(refused.code).toBeGreaterThan(0)
    expect(refused.code).toBeLessThan(70)
    expect(refused.stderr).toMatch(/no space left on device|disk is full/i)
    expect(await machine.ok(['cat', '/opt/tljh/config/config.yaml'])).toBe(config)
    await machine.sh('rm /root/large /root/rest')
    expect(await tljh(machine, 'user', 'add', 'zoe')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^zoe +one-time password: /),
    })
  },
)

testOffline('without a network the first step says what it could not reach', SLOW, async ({ machine }) => {
  await provideRelease(machine)
  const refused = await install(machine)
  expectPlain(refused, 1)
  expect(refused.stderr).toMatch(/Failed to fetch http\S+ +(Temporary failure resolving|Could not resolve)/)
  expect(refused.stderr).toMatch(/the same command continues from here/)
  expect(await machine.sh('ls /opt')).toBe('')
})
