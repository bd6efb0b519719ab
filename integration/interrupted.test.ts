/** An installation that is killed again and again, each time a little further on: the same command finishes it. */
import { existsSync, readFileSync } from 'node:fs'

import { expect } from 'vitest'

import { CHOSEN, tljh } from './support/administrator.ts'
import { Client } from './support/client.ts'
import { BOOTSTRAP, install, provideRelease, RELEASE } from './support/installation.ts'
import { printedPassword } from './support/installed.ts'
import { type Machine, machineTest } from './support/machine.ts'
import { until } from './support/until.ts'

const test = machineTest({ image: 'bare' })

const UNIT = 'installation.service'
const RECEIPTS = '/opt/tljh/state/receipts.jsonl'
/** The longest way to a point: packages, Node and the environments on a busy host. */
const POINT_SECONDS = 300

/**
 * Begins the unit, so that nothing of it is missed on a busy host, and kills it as soon as a path exists, or a text is
 * in it after an offset. Ends with 1 when the unit ended before.
 */
const WATCH = `
use Time::HiRes "sleep";
my ($unit, $pattern, $text, $offset, $seconds, @begin) = @ARGV;
system(@begin) == 0 or die "not begun\\n";
chomp(my $pid = \`systemctl show --property=MainPID --value $unit\`);
my $there = sub {
  my ($path) = glob($pattern) or return 0;
  return 1 if $text eq "";
  open(my $file, "<", $path) or return 0;
  seek($file, $offset, 0);
  return index(join("", <$file>), $text) >= 0;
};
for (my $turn = 0; !$there->(); $turn++) {
  die "$pattern $text: not within $seconds s\\n" if $turn > $seconds * 500;
  die "$pattern $text: the installation ended before\\n" if $turn % 500 == 499 && system("systemctl", "is-active", "--quiet", $unit);
  sleep 0.002;
}
# At once, for systemctl takes its time on a busy host; then what has process groups of its own.
kill("KILL", -$pid);
exec "systemctl", "kill", "--signal=KILL", $unit;
`

/** The command that begins the installation in a unit of its own, so that all of it can be killed at once. */
function beginning(script = `exec sh ${BOOTSTRAP} --admin boss`): readonly string[] {
  const settings = [`--unit=${UNIT}`, '--setenv', `TLJH_TARBALL=${RELEASE}`]
  return ['systemd-run', '--quiet', ...settings, 'sh', '-c', script]
}

/** Waits until nothing of the unit is left. @returns how it ended, as systemd calls it */
async function ended(machine: Machine): Promise<string> {
  const ask = ['systemctl', 'show', '--property=ActiveState,Result', UNIT]
  const shown = await until(
    async () => machine.ok(ask),
    (text) => /ActiveState=(failed|inactive)/.test(text),
  )
  await machine.run(['systemctl', 'reset-failed', UNIT])
  return /Result=(\S+)/.exec(shown)?.[1] ?? ''
}

interface Point {
  /** Completes the sentence "kill -9 …". */
  readonly name: string
  readonly path: string
  /** What must newly stand in the file; without it the path itself is the point. */
  readonly text?: string
}

/** A resource that was just begun. */
const begun = (name: string, id: string): Point => ({ name, path: RECEIPTS, text: `"id":"${id}` })

const POINTS: readonly Point[] = [
  { name: 'while Node and uv are fetched', path: '/opt/tljh/tools/.new/lib/python3*/site-packages/*' },
  { name: 'while the release is put in', path: '/opt/tljh/release/.new' },
  begun('when packages and environments are begun', 'apt-packages:'),
  { name: 'while dpkg unpacks', path: '/var/lib/dpkg/status', text: '\nStatus: install ok unpacked\n' },
  {
    name: 'while the server environment is filled',
    path: '/opt/tljh/env/server/*.new/lib/*/site-packages/[j-z]*',
  },
  begun('when the first link is set', 'symlink:/opt/tljh/hub'),
  begun('when an account is made', 'account:tljh-proxy'),
  begun('when the settings of the hub are written', 'file:/opt/tljh/hub-config/hub.json'),
  begun('when the unit of the hub is written', 'file:/etc/systemd/system/jupyterhub.service'),
  begun('while the hub starts for the first time', 'unit:jupyterhub.service'),
]

const SLOW = { timeout: 600_000 }

test.for(POINTS)('kill -9 $name', SLOW, async ({ path, text = '' }, { machine }) => {
  if (!existsSync(machine.path(RELEASE))) await provideRelease(machine)
  const offset = text === '' || !existsSync(machine.path(path)) ? 0 : readFileSync(machine.path(path)).length
  const watch = [
    'perl',
    '-e',
    WATCH,
    UNIT,
    path,
    text,
    String(path === RECEIPTS ? offset : 0),
    String(POINT_SECONDS),
    ...beginning(),
  ]
  const watched = await machine.run(watch, { timeoutMs: (POINT_SECONDS + 60) * 1000 })
  const told =
    watched.stderr === '' ? '' : await machine.sh(`journalctl --output=cat --lines=40 --unit=${UNIT}`)
  expect(watched.stderr + told).toBe('')
  expect(await ended(machine)).toBe('signal')
})

test('a power cut while services are started', SLOW, async ({ machine }) => {
  await machine.sh(
    'systemctl stop jupyterhub-helper.socket; systemctl disable --quiet jupyterhub-helper.socket',
  )
  const before = readFileSync(machine.path(RECEIPTS), 'utf8').length
  await machine.ok(beginning())
  await until(
    async () => readFileSync(machine.path(RECEIPTS), 'utf8').slice(before),
    (text) => text.includes('"id":"unit:'),
  )
  await machine.kill()
  await machine.start()
})

/** How many passwords the ledger holds; 0 while there is none. */
async function passwords(machine: Machine): Promise<number> {
  const script = `
    const { DatabaseSync } = require('node:sqlite')
    const ledger = new DatabaseSync('/opt/tljh/state/ledger.sqlite', { readOnly: true })
    console.log(ledger.prepare('SELECT count(*) AS n FROM passwords').get().n)`
  const node = ['/opt/tljh/tools/current/bin/node', '--disable-warning=ExperimentalWarning', '-e', script]
  return Number((await machine.run(node)).stdout)
}

test(
  'kill -9 between the password and its printing: another one is printed in the end',
  SLOW,
  async ({ machine }) => {
    expect(await passwords(machine)).toBe(0)
    // Nobody reads this output, and it is full: the installation waits when it comes to print the password.
    await machine.ok(
      beginning(
        `mkfifo /root/full; exec 1<>/root/full; head -c 65536 /dev/zero >&1; exec sh ${BOOTSTRAP} --admin boss`,
      ),
    )
    await until(
      async () => passwords(machine),
      (count) => count === 1,
      POINT_SECONDS * 1000,
    )
    await machine.ok(['systemctl', 'kill', '--signal=KILL', UNIT])
    expect(await ended(machine)).toBe('signal')

    const last = await install(machine)
    expect(last.code).toBe(0)
    const password = printedPassword(last.stdout) ?? ''
    const boss = new Client(machine.url)
    expect(await boss.login('boss', password)).toBe('choose')
    await boss.choosePassword(CHOSEN)
    await boss.spawn()
    expect(await (await boss.kernel()).run('1 + 1')).toBe('2')
  },
)

test('useradd killed after the first of its four files: the account is made whole', async ({ machine }) => {
  const lines = 'grep --with-filename ^tljh-proxy: /etc/passwd /etc/group'
  const before = await machine.sh(lines)
  await machine.sh("sed -i '/^tljh-proxy:/d' /etc/shadow /etc/group /etc/gshadow")
  expect((await install(machine)).code).toBe(0)
  expect(await machine.sh(lines)).toBe(before)
  expect(await machine.sh('grep --count --no-filename ^tljh-proxy: /etc/shadow /etc/gshadow')).toBe('1\n1\n')
})

test('nothing half done is left, and once more there is nothing to do', async ({ machine }) => {
  const again = await install(machine)
  expect({ code: again.code, stdout: again.stdout.split('\n')[0] }).toEqual({
    code: 0,
    stdout: 'Nothing to change.',
  })
  expect(again.stdout).not.toMatch(/password/i)
  expect((await tljh(machine, 'plan', '--check')).code).toBe(0)
  expect(
    await machine.sh(
      'dpkg --audit; find /opt/tljh /etc /usr/local -name "*.new"; systemctl --failed --plain --no-legend',
    ),
  ).toBe('')
})
