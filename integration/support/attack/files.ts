/** Attacks on what others keep: homes, temporary folders, shared memory, the hub's state, the environments. */
import type { Attack } from './verdict.ts'

/** Script that connects to a unix socket. */
export const connect = (path: string): string =>
  `python3 -I -S -c 'import socket; socket.socket(socket.AF_UNIX).connect("${path}")'`

const read = (id: string, path: string): Attack => ({
  id,
  attack: `${path} is read`,
  script: `cat ${path}`,
  tool: 'cat ~/.profile',
})

const write = (id: string, folder: string): Attack => ({
  id,
  attack: `${folder} is written`,
  script: `f=$(readlink -f ${folder})/of-mallory; touch $f && rm $f`,
  tool: 'touch ~/of-mallory && rm ~/of-mallory',
})

/** Places of the attacker's own, or private copies that nobody else sees: other rows show that. */
const OWN = '/proc|/home|/root|/tmp|/var/tmp|/dev/(shm|pts|mqueue)|/run/user|/run/tljh/rt'

const others: readonly Attack[] = [
  {
    id: 'F1',
    attack: "a file in another's home is read that its owner left open to everybody",
    script: 'cat /home/jupyter-alice/alice.txt',
    control: { by: 'outsider' },
  },
  {
    id: 'F2',
    attack: 'names of other homes are listed',
    script: "ls -A /home | grep -v '^jupyter-mallory$'",
    tool: 'ls -A /home | grep mallory',
  },
  {
    id: 'F3',
    attack: "another's file in /tmp is read",
    script: 'cat /tmp/alice.txt',
    control: { by: 'victim' },
  },
  {
    id: 'F3',
    attack: "another's file in /var/tmp is read",
    script: 'cat /var/tmp/alice.txt',
    control: { by: 'victim' },
  },
  {
    id: 'F3',
    attack: "another's temporary folder is seen from outside",
    script: 'find /tmp /var/tmp -path "*alice*" | grep .',
    tool: 'touch /tmp/x && find /tmp -name x | grep .',
  },
  {
    id: 'F4',
    attack: "another's file in /dev/shm is read",
    script: 'cat /dev/shm/alice.txt',
    control: { by: 'victim' },
  },
  {
    id: 'F4',
    attack: "another's name in /dev/shm is seen",
    script: 'ls -A /dev/shm | grep alice',
    control: { by: 'victim' },
  },
  {
    id: 'F4',
    attack: "another's System V shared memory is seen",
    script: "ipcs -m | grep '^0x'",
    control: { by: 'victim' },
  },
  {
    id: 'F4',
    attack: "another's runtime folder is read",
    script: 'cat /run/tljh/rt/alice/*.json',
    control: { by: 'victim' },
    tool: 'cat /run/tljh/rt/mallory/*.json',
  },
  {
    id: 'F7',
    attack: 'a file or folder outside of her own places can be written',
    script: `found=$(cut -d' ' -f5 /proc/self/mountinfo | sort -u | while read -r mount; do
        find "$mount" -xdev -writable \\( -type d -o -type f \\) 2>/dev/null; done | sort -u | grep -vE '^(${OWN})(/|$)')
      echo "$found" | head -n 20; [ -n "$found" ]`,
    tool: 'find ~ -maxdepth 0 -writable | grep .',
  },
  {
    id: 'F7',
    attack: 'a folder is found in which two people can write',
    script: 'touch /run/lock/of-mallory',
    control: { by: 'outsider' },
  },
]

const state: readonly Attack[] = [
  read('F5', '/var/lib/tljh-hub/jupyterhub.sqlite'),
  read('F5', '/var/lib/tljh-hub/jupyterhub_cookie_secret'),
  read('F5', '/run/credentials/jupyterhub.service/culler-token'),
  read('F5', '/run/credentials/jupyterhub.service/cli-token'),
  read('F5', '/opt/tljh/state/culler.token'),
  read('F5', '/opt/tljh/state/cli.token'),
  read('F5', '/opt/tljh/state/policy.json'),
  read('F5', '/opt/tljh/state/ledger.sqlite'),
  read('F5', '/opt/tljh/config/config.yaml'),
  read('F5', '/opt/tljh/hub-config/hub.json'),
  read('F5', '/opt/tljh/hub-config/people.json'),
  read('F5', '/opt/tljh/proxy/nginx.conf'),
  read('F5', '/var/log/tljh/install.log'),
  read('F5', '/run/tljh/env/alice.env'),
  read('F5', '/run/tljh/env/mallory.env'),
  read('F5', '/etc/shadow'),
  {
    id: 'F5',
    attack: 'rosters are listed',
    script: 'ls /opt/tljh/config/rosters',
    tool: 'ls ~',
  },
  {
    id: 'F5',
    attack: "another's journal is read",
    script: 'journalctl -q -o cat -n 1 -u jupyter@alice | grep .',
  },
  write('F6', '/opt/tljh/server'),
  write('F6', '/opt/tljh/user'),
  write('F6', '/opt/tljh/user/share/jupyter/kernels'),
  write('F6', '/opt/tljh/python'),
  write('F6', '/opt/tljh/release/current/python'),
  write('F6', '/etc/systemd/system'),
  write('F6', '/run/tljh/env'),
  write('F6', '/run/tljh-hub'),
]

const sockets: readonly Attack[] = [
  ["another's server", '/run/tljh/user/alice/server.sock'],
  ['the hub', '/run/tljh-hub/hub.sock'],
  ['the helper', '/run/tljh/helper.sock'],
  ['the bus of the system', '/run/dbus/system_bus_socket'],
  ['process 1', '/run/systemd/private'],
].map(([whose = '', path = '']) => ({
  id: 'N1',
  attack: `the socket of ${whose} is entered`,
  script: connect(path),
  tool: connect('/run/systemd/journal/stdout'),
}))

const swaps: readonly Attack[] = [
  {
    id: 'N10',
    attack: 'her own socket is replaced by a link to that of another',
    script:
      'cd /run/tljh/user && mv mallory/server.sock mallory/old || mv mallory old || ln -sfn alice/server.sock mallory/server.sock',
    control: {
      script: 'cd /run/tljh/user && mv mallory/server.sock mallory/old && mv mallory/old mallory/server.sock',
    },
  },
  {
    id: 'N10',
    attack: 'a route of another is listed or written',
    script:
      'ls /run/tljh-hub/routes/user/alice || ln -sfn /run/tljh/user/mallory /run/tljh-hub/routes/user/alice',
  },
  {
    id: 'N10',
    attack: "the socket of the hub's API is replaced",
    script:
      'mv /run/tljh-proxy/api.sock /run/tljh-proxy/old && mv /run/tljh-proxy/old /run/tljh-proxy/api.sock',
    tool: connect('/run/tljh-proxy/api.sock'),
  },
]

/** All attacks on files and sockets. */
export const fileAttacks: readonly Attack[] = [...others, ...state, ...sockets, ...swaps]
