/** Facts about names and addresses. Parsers are pure. */
import type { Reader } from '../host/host.ts'

/** Time for one name to be looked up: a resolver that needs longer counts as not answering. */
const LOOKUP_MS = 2000

/** Text of /etc/resolv.conf. */
export function parseNameservers(text: string): readonly string[] {
  return [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].flatMap(([, address]) => address ?? [])
}

/** Interfaces that only lead to containers and virtual machines on this machine. */
const INNER = /^(lo$|docker|br-|veth|virbr|lxc|lxdbr|incusbr|cni|flannel|podman)/

interface IpAddress {
  readonly local: string
  readonly scope?: unknown
  readonly deprecated?: unknown
}

interface IpInterface {
  readonly ifname: string
  readonly addr_info: readonly unknown[]
}

/** `ip` writes empty objects for what it filtered out. */
function isInterface(value: unknown): value is IpInterface {
  if (typeof value !== 'object' || value === null || !('ifname' in value && 'addr_info' in value))
    return false
  return typeof value.ifname === 'string' && Array.isArray(value.addr_info)
}

function isAddress(value: unknown): value is IpAddress {
  return typeof value === 'object' && value !== null && 'local' in value && typeof value.local === 'string'
}

function parseList(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

/** Version 4 first: people read and type it more easily. */
function versionFourFirst(addresses: readonly string[]): readonly string[] {
  return [
    ...addresses.filter((text) => !text.includes(':')),
    ...addresses.filter((text) => text.includes(':')),
  ]
}

/** Output of `ip -j addr`: global addresses of the interfaces that lead outside. */
export function parseIpAddresses(text: string): readonly string[] {
  const outer = parseList(text)
    .filter(isInterface)
    .filter(({ ifname }) => !INNER.test(ifname))
  const all = outer.flatMap(({ addr_info: entries }) => entries.filter(isAddress))
  const usable = all.filter(({ scope, deprecated }) => scope === 'global' && deprecated !== true)
  return versionFourFirst([...new Set(usable.map(({ local }) => local))])
}

/** Text of /proc/net/fib_trie: this machine's own version 4 addresses but the loopback ones. */
export function parseFibTrie(text: string): readonly string[] {
  const own = [...text.matchAll(/\|-- ([\d.]+)\n\s+\/32 host LOCAL/g)].flatMap(([, address]) => address ?? [])
  return [...new Set(own)].filter((address) => !address.startsWith('127.'))
}

export interface Network {
  readonly nameservers: readonly string[]
  readonly hostname: string
  /** Whether the machine finds its own name. */
  readonly hostnameResolves: boolean
  readonly localhostResolves: boolean
  /** Where others may reach this machine; behind address translation this is not what they type. */
  readonly addresses: readonly string[]
  /** Whether any interface, the loopback one included, has a version 6 address. */
  readonly hasIpv6: boolean
}

/** Whether a name leads to an address, by the machine's own rules (hosts file, resolver, its modules). */
export async function resolves(reader: Reader, name: string): Promise<boolean> {
  const { code } = await reader.query(['getent', 'ahosts', name], { timeoutMs: LOOKUP_MS })
  return code === 0
}

async function readAddresses(reader: Reader): Promise<readonly string[]> {
  const { code, stdout } = await reader.query(['ip', '-j', 'addr'])
  if (code === 0) return parseIpAddresses(stdout)
  return parseFibTrie((await reader.readFile('/proc/net/fib_trie')) ?? '')
}

/** Whether the kernel speaks IP version 6 here. */
export async function readHasIpv6(reader: Reader): Promise<boolean> {
  return ((await reader.readFile('/proc/net/if_inet6')) ?? '').trim() !== ''
}

/** Names and addresses of this machine. */
export async function readNetwork(reader: Reader): Promise<Network> {
  const hostname = ((await reader.readFile('/proc/sys/kernel/hostname')) ?? '').trim()
  const [resolver, hostnameResolves, localhostResolves, addresses, hasIpv6] = await Promise.all([
    reader.readFile('/etc/resolv.conf'),
    resolves(reader, hostname),
    resolves(reader, 'localhost'),
    readAddresses(reader),
    readHasIpv6(reader),
  ])
  const nameservers = parseNameservers(resolver ?? '')
  return { nameservers, hostname, hostnameResolves, localhostResolves, addresses, hasIpv6 }
}
