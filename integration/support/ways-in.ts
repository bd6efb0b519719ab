/** Every way into an account that its lock has to shut, tried by root on the machine, and what came of each. */
import type { Machine } from './machine.ts'

/** `in` when the person's account did something, `out` when it was refused. */
export type Ways = Readonly<Record<string, 'in' | 'out'>>

/**
 * Each line of the answer is a way. cron runs what stands under @reboot when its mark of this boot is gone; runuser and
 * a unit with User= are how root, and who is root, starts anything: no lock of an account stops them.
 */
const TRY = `
account=$1 home=$(getent passwd "$1" | cut -d: -f6)
try() { way=$1; shift; if timeout 20 "$@" >/dev/null 2>&1 </dev/null; then echo "$way=in"; else echo "$way=out"; fi; }
rm -f "$home/of-cron" /run/crond.reboot
echo "@reboot touch $home/of-cron" | crontab -u "$account" -
systemctl restart cron
try 'su' su - "$account" -c true
try 'su with another shell' su -s /bin/sh "$account" -c true
try 'a login session' systemd-run --quiet --wait -p PAMName=login -p User="$account" true
try 'ssh with a key' ssh -i /root/key -o BatchMode=yes -o StrictHostKeyChecking=no "$account@127.0.0.1" true
try 'sudo from a process that runs' runuser -u "$account" -- sudo -n true
try 'runuser' runuser -u "$account" -- true
try 'a unit of root' systemd-run --quiet --wait -p User="$account" true
try 'cron' sh -c "for turn in $(seq -s ' ' 40); do [ -e $home/of-cron ] && exit; sleep 0.1; done; exit 1"
`

/** Makes a key that an ssh server takes for an account, were it not for the rules of the machine. */
export async function layKey(machine: Machine, account: string): Promise<void> {
  await machine.sh(
    `home=$(getent passwd ${account} | cut -d: -f6)
    [ -f /root/key ] || ssh-keygen -q -t ed25519 -N '' -f /root/key
    install -d -m 700 -o ${account} -g ${account} "$home/.ssh"
    install -m 600 -o ${account} -g ${account} /root/key.pub "$home/.ssh/authorized_keys"`,
  )
}

/** Tries all of them. */
export async function waysIn(machine: Machine, account: string): Promise<Ways> {
  const said = await machine.ok(['sh', '-c', TRY, 'try', account], { timeoutMs: 120_000 })
  return Object.fromEntries(
    said
      .trim()
      .split('\n')
      .map((line) => line.split('=') as [string, 'in' | 'out']),
  )
}
