/** A hub or proxy that was taken over: the same unit with another program in it tries what would give it the machine. */
import type { Machine } from '../machine.ts'

/** One thing that a captured daemon tries; the script ends with 0 when it has worked. */
interface Action {
  readonly id: string
  readonly script: string
}

const python = (code: string): string => `python3 -I -S -c '${code}'`
const connectTo = (path: string): string =>
  python(`import socket; socket.socket(socket.AF_UNIX).connect("${path}")`)
/** Writes a file of its own and takes it away again. */
const put = (folder: string): string => `f=$(readlink -f ${folder})/captured; touch $f && rm $f`

/** `alice` stands for the process of her server. */
const both: readonly Action[] = [
  { id: 'read the password file', script: 'head -c 1 /etc/shadow' },
  { id: 'add a job of root to cron', script: put('/etc/cron.d') },
  { id: 'add a unit', script: put('/etc/systemd/system') },
  { id: 'add a unit until the next start', script: put('/run/systemd/system') },
  { id: 'add to sudoers', script: put('/etc/sudoers.d') },
  { id: 'read a home', script: 'ls /home/jupyter-alice' },
  { id: 'start a unit of root', script: 'systemd-run --quiet --no-ask-password --wait true' },
  { id: 'stop a service', script: 'systemctl --no-ask-password restart cron' },
  {
    id: 'raise a limit',
    script: 'systemctl --no-ask-password set-property --runtime jupyter@alice.service TasksMax=513',
  },
  { id: 'use sudo', script: 'sudo -n true' },
  { id: 'become another account', script: python('import os; os.setgid(0); os.setuid(0)') },
  { id: 'change the program of servers', script: put('/opt/tljh/server') },
  { id: 'change its own program', script: put('/opt/tljh/hub') },
  { id: 'change this release', script: put('/opt/tljh/release/current') },
  { id: 'read the config', script: 'cat /opt/tljh/config/config.yaml' },
  { id: 'read the ledger', script: 'head -c 1 /opt/tljh/state/ledger.sqlite' },
  { id: 'change who may log in', script: put('/opt/tljh/state') },
  { id: 'change what people may do', script: put('/opt/tljh/hub-config') },
  { id: 'add a roster', script: put('/opt/tljh/config/rosters') },
  { id: 'read the token of the command line from its file', script: 'cat /opt/tljh/state/cli.token' },
  { id: 'read the environment of a server', script: 'cat /run/tljh/env/alice.env' },
  { id: 'move the socket of a server', script: 'cd /run/tljh/user && mv alice a && mv a alice' },
  { id: 'signal a server', script: 'kill -0 $alice' },
  {
    id: 'trace a server',
    script:
      python('import ctypes, sys; sys.exit(ctypes.CDLL(None).ptrace(0x4206, int(sys.argv[1]), 0, 0) != 0)') +
      ' $alice',
  },
  { id: 'mount a file system', script: 'mount -t tmpfs none /mnt && umount /mnt' },
  { id: 'make a user namespace', script: 'unshare --user --map-root-user true' },
  { id: 'enter process 1', script: connectTo('/run/systemd/private') },
]

/** What only the proxy may not. */
const proxy: readonly Action[] = [
  { id: 'enter the helper', script: connectTo('/run/tljh/helper.sock') },
  { id: "read the hub's database", script: 'head -c 1 /var/lib/tljh-hub/jupyterhub.sqlite' },
  { id: "read the hub's cookie secret", script: 'cat /var/lib/tljh-hub/jupyterhub_cookie_secret' },
  { id: 'read who may do what', script: 'cat /opt/tljh/hub-config/people.json' },
  { id: 'list routes', script: 'ls /run/tljh-hub/routes' },
  {
    id: 'add a route',
    script: 'ln -s /tmp /run/tljh-hub/routes/user/captured && rm /run/tljh-hub/routes/user/captured',
  },
  {
    id: 'stand in for the hub',
    script: 'mv /run/tljh-hub/hub.sock /run/tljh-hub/h && mv /run/tljh-hub/h /run/tljh-hub/hub.sock',
  },
  { id: 'change its own configuration', script: put('/opt/tljh/proxy') },
]

/** What each daemon can do by design: shows that the program ran in the daemon's place. */
const CAN: Readonly<Record<Daemon, string>> = {
  jupyterhub: `head -c 1 /var/lib/tljh-hub/jupyterhub.sqlite && ${connectTo('/run/tljh/helper.sock')}`,
  'jupyterhub-proxy': `${connectTo('/run/tljh-hub/hub.sock')} && ${connectTo('/run/tljh/user/alice/server.sock')}`,
}

export type Daemon = 'jupyterhub' | 'jupyterhub-proxy'

function programOf(daemon: Daemon): string {
  const actions = [
    ...both,
    ...(daemon === 'jupyterhub-proxy' ? proxy : []),
    { id: 'CAN', script: CAN[daemon] },
  ]
  const lines = actions.map(
    ({ id, script }) =>
      `if (${script}) >/dev/null 2>&1; then echo "OPEN ${id}"; else echo "closed ${id}"; fi`,
  )
  return ['#!/bin/sh', 'alice=$1', ...lines, ''].join('\n')
}

/** A copy of the unit: all of its sandbox, another program. The folder of the running proxy stays. */
const COPY = `
unit=$1; out=/run/captured.out; : >$out
cat >/usr/local/lib/captured; chmod 755 /usr/local/lib/captured
mkdir -p /run/systemd/system/captured.service.d
cp /etc/systemd/system/$unit.service /run/systemd/system/captured.service
cat >/run/systemd/system/captured.service.d/program.conf <<END
[Service]
Type=oneshot
ExecStartPre=
ExecReload=
ExecStart=
ExecStart=/usr/local/lib/captured $(systemctl show -P MainPID jupyter@alice)
Restart=no
RuntimeDirectoryPreserve=yes
StandardOutput=file:$out
StandardError=null
END
systemctl daemon-reload
systemctl start captured
cat $out
rm -r /run/systemd/system/captured.service /run/systemd/system/captured.service.d
systemctl daemon-reload
`

const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '')

/** What the captured daemon could do, and the same tried by root, to whom everything must be open. */
export async function capture(
  machine: Machine,
  daemon: Daemon,
): Promise<{ daemon: readonly string[]; root: readonly string[] }> {
  const program = programOf(daemon)
  const captured = await machine.ok(['sh', '-euc', COPY, 'sh', daemon], { input: program })
  const root = await machine.sh('sh /usr/local/lib/captured $(systemctl show -P MainPID jupyter@alice)')
  return { daemon: lines(captured), root: lines(root) }
}
