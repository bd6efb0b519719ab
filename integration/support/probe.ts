/** Looks at units from inside: what a process finds when it tries, and who the processes are. */
import type { Machine } from './machine.ts'

/** Where units of an administrator's own hand lie. */
export const UNIT_FOLDER = '/etc/systemd/system'

/** What a process finds when it tries; run with the distribution's own Python. */
const PROBE = `
import ctypes, errno, json, mmap, os, socket
libc = ctypes.CDLL(None, use_errno=True)
def tried(work):
    try:
        work()
        return 'done'
    except OSError as error:
        refused = error.errno in (errno.EPERM, errno.EACCES)
        return 'refused' if refused else errno.errorcode[error.errno]
def call(name, *words):
    def work():
        ctypes.set_errno(0)
        if getattr(libc, name)(*words) == -1:
            raise OSError(ctypes.get_errno(), name)
    return tried(work)
def setuid_file():
    path = '/tmp/probe'
    open(path, 'w').close()
    os.chmod(path, 0o4755)
def reach(path):
    socket.socket(socket.AF_UNIX).connect(path)
def send(address):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', (address, 9))
interfaces = [line.split(':')[0].strip() for line in open('/proc/self/net/dev') if ':' in line]
print(json.dumps({
    'writes a folder that all may write': tried(lambda: open('/opt/probe/new', 'w')),
    'reads the ledger': tried(lambda: open('/opt/tljh/state/ledger.sqlite', 'rb')),
    'looks at homes': tried(lambda: os.listdir('/home')),
    'sees process 1': os.path.exists('/proc/1'),
    'has the network': interfaces != ['lo'],
    'sends outside': tried(lambda: send('198.51.100.1')),
    'asks the cloud who the machine is': tried(lambda: send('169.254.169.254')),
    'makes a user namespace': call('unshare', 0x10000000),
    'mounts': call('mount', b'none', b'/tmp', b'tmpfs', 0, None),
    'opens a raw socket': tried(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)),
    'asks netlink': tried(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)),
    'makes writable code': tried(lambda: mmap.mmap(-1, 4096, prot=7)),
    'makes a setuid file': tried(setuid_file),
    'changes its personality': call('personality', 0x0040000),
    'reads the kernel log': tried(lambda: open('/dev/kmsg')),
    'talks to the bus': tried(lambda: reach('/run/dbus/system_bus_socket')),
    'talks to the helper': tried(lambda: reach('/run/tljh/helper.sock')),
}))
`

/** Settings of a unit that make it what it is, and not how it is shut in. */
const PURPOSE =
  /^(Exec\w+|Type|Restart\w*|Standard\w+|Requires|After|Wants|Conflicts|EnvironmentFile|RuntimeDirectory\w*|\[Install\]|WantedBy)\b/

/** A folder that all may write, the probe in it, and an account for the units of people. */
async function prepare(machine: Machine): Promise<void> {
  await machine.ok(['install', '-d', '-m', '1777', '/opt/probe'])
  await machine.ok(['tee', '/opt/probe/probe.py'], { input: PROBE })
  const { code, stderr } = await machine.run(['useradd', '--create-home', 'jupyter-probe'])
  // 9: it is there already.
  if (code !== 0 && code !== 9) throw new Error(stderr)
}

/** Runs the probe in a copy of a unit: the same sandbox, another program. @returns what came of each try */
export async function probed(machine: Machine, unit: string): Promise<Record<string, unknown>> {
  await prepare(machine)
  const text = await machine.ok(['cat', `${UNIT_FOLDER}/${unit}`])
  const kept = text.split('\n').filter((line) => !PURPOSE.test(line))
  const name = `probe-${unit}`
  const instance = name.replace('@.', '@probe.')
  const output = `/run/${instance}.json`
  const program = ['Type=oneshot', 'ExecStart=/usr/bin/python3 -I /opt/probe/probe.py']
  const service = [...program, `StandardOutput=truncate:${output}`].join('\n')
  const copy = kept.join('\n').replace('[Service]', `[Service]\n${service}`)
  await machine.ok(['tee', `/run/systemd/system/${name}`], { input: copy })
  await machine.ok(['systemctl', 'daemon-reload'])
  await machine.ok(['systemctl', 'start', instance])
  return JSON.parse(await machine.ok(['cat', output])) as Record<string, unknown>
}

/** Lines of /proc/PID/status of every process of a unit, one object a process. */
export async function processes(machine: Machine, unit: string): Promise<readonly Record<string, string>[]> {
  const script = `for f in $(grep -lsF '${unit}' /proc/[0-9]*/cgroup); do echo; cat "\${f%cgroup}status"; done`
  const blocks = (await machine.ok(['sh', '-c', script])).trim().split('\n\n')
  return blocks.map((block) =>
    Object.fromEntries(block.split('\n').map((line) => line.split(/:\s+/) as [string, string])),
  )
}
