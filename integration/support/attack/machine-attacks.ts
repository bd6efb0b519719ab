/** Attacks on processes, privileges and the network of the machine. */
import { connect } from './files.ts'
import type { Attack } from './verdict.ts'

const python = (code: string): string => `python3 -I -S -c '${code}'`

/** Attaches to a process, by default to a child of its own, without stopping it; detached when the script ends. */
const SEIZE = `python3 -I -c '
import ctypes, os, sys, time
pid = int(sys.argv[1]) if len(sys.argv) > 1 else os.fork() or time.sleep(5) or os._exit(0)
sys.exit(0 if ctypes.CDLL(None).ptrace(0x4206, pid, 0, 0) == 0 else 1)'`

const processes: readonly Attack[] = [
  {
    id: 'P1',
    attack: "another's processes are listed",
    script: 'ps -eo user:32= | grep alice',
    tool: 'ps -eo user:32= | grep mallory',
  },
  {
    id: 'P1',
    attack: 'a process of anybody else is listed',
    script: 'ps -eo uid= | grep -vw "$(id -u)"',
    tool: 'ps -eo uid= | grep -w "$(id -u)"',
  },
  {
    id: 'P1',
    attack: "another's command line is read by its number",
    script: 'cat /proc/$alice/cmdline | grep -a serve',
    tool: 'cat /proc/$mallory/cmdline | grep -a serve',
  },
  {
    id: 'P2',
    attack: "another's process is signalled",
    script: 'kill -0 $treasure',
    tool: 'kill -0 $mallory',
  },
  { id: 'P3', attack: "another's process is traced", script: `${SEIZE} $treasure`, tool: SEIZE },
  {
    id: 'P4',
    attack: "another's environment is read",
    script: 'cat /proc/$treasure/environ | grep -a alices-secret',
    tool: 'cat /proc/$mallory/environ | grep -a mallory',
  },
  {
    id: 'P5',
    attack: "the hub's environment and memory are read",
    script: 'head -c 1 /proc/$hub/environ && head -c 1 /proc/$hub/maps',
    tool: 'head -c 1 /proc/$mallory/environ && head -c 1 /proc/$mallory/maps',
  },
  {
    id: 'P6',
    attack: "another unit's secrets are asked of the manager",
    script: 'systemctl show jupyter@alice.service -P MainPID | grep -v "^0"',
  },
  {
    id: 'P7',
    attack: "another's unit is stopped over the bus",
    script: 'systemctl --no-ask-password restart cron.service',
  },
  {
    id: 'P8',
    attack: 'she moves into the control group of another',
    script:
      'for f in $(find /sys/fs/cgroup -path "*alice*" -name cgroup.procs); do echo $$ >$f && exit 0; done; exit 1',
    tool: 'find /sys/fs/cgroup -path "*alice*" -name cgroup.procs | grep .',
  },
]

const CRON = "echo '* * * * * true' | crontab - && crontab -r"

const privileges: readonly Attack[] = [
  { id: 'S1', attack: 'sudo', script: 'sudo -n true' },
  {
    id: 'S4',
    attack: 'a lingering session is asked for',
    script: 'loginctl enable-linger jupyter-mallory',
    control: {
      script: 'useradd -m plain 2>/dev/null; loginctl enable-linger plain && loginctl disable-linger plain',
    },
  },
  {
    id: 'S4',
    attack: 'a lingering session is asked for over any bus that there is',
    script: `busctl call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager SetUserLinger ubb $(id -u) true true`,
    control: {
      script:
        'useradd -m plain 2>/dev/null; setpriv --reuid plain --regid plain --clear-groups busctl call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager SetUserLinger ubb $(id -u plain) true true && loginctl disable-linger plain',
    },
  },
  { id: 'S4', attack: 'the socket of the bus is entered', script: connect('/run/dbus/system_bus_socket') },
  { id: 'S5', attack: 'a crontab', script: CRON, control: { by: 'outsider' } },
  { id: 'S7', attack: 'a user namespace', script: 'unshare --user --map-root-user id', control: {} },
  { id: 'S8', attack: 'a file system is mounted', script: 'mount -t tmpfs none /mnt && umount /mnt' },
  {
    id: 'S9',
    attack: 'a port below 1024 is bound',
    script: python('import socket; socket.socket().bind(("127.0.0.1", 881))'),
    tool: python('import socket; socket.socket().bind(("127.0.0.1", 0))'),
  },
  {
    id: 'S9',
    attack: "the port of the hub's API is shared",
    script: python(
      'import socket; s = socket.socket(); s.setsockopt(1, 2, 1); s.setsockopt(1, 15, 1); s.bind(("127.0.0.1", 880))',
    ),
    control: {
      script: python(
        'import socket; s = socket.socket(); s.setsockopt(1, 2, 1); s.setsockopt(1, 15, 1); s.bind(("127.0.0.1", 879))',
      ),
    },
  },
  {
    id: 'S9',
    attack: 'raw packets are made',
    script: python('import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)'),
  },
]

/** Ends with 0 when a port that listens here belongs to the account of the first argument; a second one opens such a port. */
const PORTS = `
import pwd, socket, sys
if len(sys.argv) > 2:
    own = socket.create_server(("127.0.0.1", 0))
uid = str(pwd.getpwnam(sys.argv[1]).pw_uid)
rows = [line.split() for name in ("tcp", "tcp6") for line in open(f"/proc/net/{name}").read().splitlines()[1:]]
found = [int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A" and row[7] == uid]
print(found)
sys.exit(0 if found else 1)`

const portsOf = (account: string): string => `python3 -I -c '${PORTS}' ${account}`

const network: readonly Attack[] = [
  {
    id: 'N1, N4',
    attack: "a port of another's server or kernel is there to be seen and entered",
    script: portsOf('jupyter-alice'),
    control: { script: portsOf('tljh-proxy') },
    tool: `${portsOf('jupyter-mallory')} own`,
  },
]

/** All attacks on the machine. */
export const machineAttacks: readonly Attack[] = [...processes, ...privileges, ...network]
