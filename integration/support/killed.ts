/** A command that is killed, with all that it started, at the moment at which something of it shows. */
import { existsSync, readFileSync } from 'node:fs'

import type { Machine } from './machine.ts'

const RECEIPTS = '/opt/tljh/state/receipts.jsonl'
const UNIT = 'to-be-killed.service'
const SECONDS = 60

/** A moment: a new receipt, a file that matches a pattern, or a text in a file. */
export type Moment = { readonly receipt: string } | { readonly path: string; readonly text?: string }

/**
 * Looks a thousand times a second and kills the process group of the unit. What it prints is the time it took, or why
 * it came to nothing.
 */
const WATCH = `
use Time::HiRes qw(sleep time);
my ($unit, $pattern, $text, $offset, $seconds, @command) = @ARGV;
system("systemd-run", "--quiet", "--collect", "--unit=$unit", "--property=KillMode=control-group", @command) == 0 or die "not begun\\n";
chomp(my $pid = \`systemctl show --property=MainPID --value $unit\`);
my $there = sub {
  my ($path) = glob($pattern) or return 0;
  return 1 if $text eq "";
  open(my $file, "<", $path) or return 0;
  seek($file, $offset, 0);
  return index(join("", <$file>), $text) >= 0;
};
my $began = time;
until ($there->()) {
  die "$pattern $text: not within $seconds s\\n" if time - $began > $seconds;
  die "$pattern $text: the command ended before\\n" unless kill(0, $pid);
  sleep 0.001;
}
kill("KILL", -$pid) or die "there was nothing to kill\\n";
system("systemctl", "kill", "--signal=KILL", $unit);
# Its name is free again when systemd has seen the end and forgotten the unit.
until (\`systemctl show --property=LoadState --value $unit\` =~ /^not-found/) {
  die "the unit did not end\\n" if time - $began > $seconds;
  sleep 0.005;
}
`

/** Runs a command and kills it then. @throws Error when it ends before */
export async function killedAt(machine: Machine, command: readonly string[], moment: Moment): Promise<void> {
  const [path, text] =
    'receipt' in moment ? [RECEIPTS, `"id":"${moment.receipt}`] : [moment.path, moment.text ?? '']
  const file = machine.path(RECEIPTS)
  const offset = path === RECEIPTS && existsSync(file) ? readFileSync(file).length : 0
  const watch = ['perl', '-e', WATCH, UNIT, path, text, String(offset), String(SECONDS), ...command]
  await machine.ok(watch, { timeoutMs: (SECONDS + 30) * 1000 })
}
