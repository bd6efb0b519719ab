/** Who listens on which TCP port: through `ss` where it is, else from /proc. Parsers are pure. */
import type { Reader } from '../host/host.ts'

export interface Listener {
  /** Address in its short form without brackets; `0.0.0.0`, `::` and `*` mean every address. */
  readonly address: string
  readonly port: number
  /** Absent when the owner may not be seen: not root, or another process namespace. */
  readonly pid?: number
  readonly program?: string
  /** systemd unit of the process. */
  readonly unit?: string
}

/** Output of `ss -Hltnp`. */
export function parseSs(text: string): readonly Listener[] {
  return text.split('\n').flatMap((line) => {
    const match = /^LISTEN\s+\d+\s+\d+\s+(\S+):(\d+)\s+\S+\s*(.*)$/.exec(line.trim())
    if (match === null) return []
    const [, address = '', port, users = ''] = match
    const owner = /\("((?:[^"\\]|\\.)*)",pid=(\d+)/.exec(users)
    const place = { address: address.replace(/%.*$/, '').replaceAll(/[[\]]/g, ''), port: Number(port) }
    return [owner === null ? place : { ...place, program: owner[1] ?? '', pid: Number(owner[2]) }]
  })
}

/** An address as /proc/net/tcp{,6} writes it: 32-bit words, each with its bytes reversed. */
export function parseHexAddress(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).toReversed())
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.')
  const groups = bytes.join('').match(/.{4}/g) ?? []
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1)
}

/** One listening socket of the kernel's table. */
interface Socket {
  readonly address: string
  readonly port: number
  readonly inode: string
}

/** State of a listening socket in /proc/net/tcp. */
const LISTENING = '0A'

/** Text of /proc/net/tcp or /proc/net/tcp6. */
export function parseProcTcp(text: string): readonly Socket[] {
  return text.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
    const [address, port] = local.split(':')
    if (state !== LISTENING || address === undefined || port === undefined) return []
    if (!/^([\dA-F]{8}|[\dA-F]{32})$/.test(address)) return []
    return [{ address: parseHexAddress(address), port: Number.parseInt(port, 16), inode }]
  })
}

/** Text of /proc/PID/cgroup: the systemd unit, whichever version of cgroups; undefined outside units. */
export function parseUnit(text: string): string | undefined {
  const path = /^(?:0:|\d+:name=systemd):(.*\.(?:service|scope).*)$/m.exec(text)?.[1]
  return path?.split('/').findLast((part) => /\.(service|scope)$/.test(part))
}

/** Process ids among the names in /proc. */
async function processes(reader: Reader): Promise<readonly string[]> {
  return (await reader.list('/proc')).filter((name) => /^\d+$/.test(name))
}

/** The first process that holds the path (or `socket:[inode]`) open. */
async function holderOf(reader: Reader, target: string): Promise<number | undefined> {
  for (const pid of await processes(reader)) {
    const folder = `/proc/${pid}/fd`
    const files = await reader.list(folder)
    const targets = await Promise.all(files.map((name) => reader.readLink(`${folder}/${name}`)))
    if (targets.includes(target)) return Number(pid)
  }
  return undefined
}

async function named(reader: Reader, listener: Listener): Promise<Listener> {
  if (listener.pid === undefined) return listener
  const [comm, cgroup] = await Promise.all(
    ['comm', 'cgroup'].map((name) => reader.readFile(`/proc/${String(listener.pid)}/${name}`)),
  )
  const unit = parseUnit(cgroup ?? '')
  const program = listener.program ?? comm?.trim() ?? 'unknown'
  return { ...listener, program, ...(unit === undefined ? {} : { unit }) }
}

async function fromProc(reader: Reader, ports: readonly number[]): Promise<readonly Listener[]> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((path) => reader.readFile(path)))
  const sockets = tables
    .flatMap((text) => parseProcTcp(text ?? ''))
    .filter(({ port }) => ports.includes(port))
  return Promise.all(
    sockets.map(async ({ address, port, inode }) => {
      const pid = await holderOf(reader, `socket:[${inode}]`)
      return pid === undefined ? { address, port } : { address, port, pid }
    }),
  )
}

/** Listeners on these ports, with process, program and unit where they may be seen. */
export async function readListeners(reader: Reader, ports: readonly number[]): Promise<readonly Listener[]> {
  const { code, stdout } = await reader.query(['ss', '-Hltnp'])
  const seen = code === 0 ? parseSs(stdout) : await fromProc(reader, ports)
  return Promise.all(
    seen.filter(({ port }) => ports.includes(port)).map((listener) => named(reader, listener)),
  )
}
