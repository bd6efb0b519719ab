/** Rules about ports, names and the clock. */
import { ok, trouble } from './finding.ts'
import type { Finding } from './finding.ts'
import type { Listener } from './listeners.ts'
import type { Sources } from './packages.ts'
import type { Rule, WantedPort } from './rule.ts'

/** The unit whose listening on our ports is as it has to be. */
const OUR_PROXY = 'jupyterhub-proxy.service'

const everywhere = (address: string): boolean => ['', '*', '0.0.0.0', '::'].includes(address)

function inTheWay(want: WantedPort, { address, port, unit }: Listener): boolean {
  if (port !== want.port || unit === OUR_PROXY) return false
  return everywhere(want.address) || everywhere(address) || address === want.address
}

function showListener({ address, port, pid, program, unit }: Listener): string {
  const place = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
  if (pid === undefined) return `${place}: owner not visible from here`
  return `${place}: process ${pid} (${program ?? 'unknown'}${unit === undefined ? '' : `, ${unit}`})`
}

/** How to end what listens there. */
function stopping({ pid, program, unit, port }: Listener): string {
  if (pid === undefined) return `find its owner as root: ss -ltnp 'sport = :${port}'`
  if (program === 'docker-proxy') return `stop the container: docker ps --filter publish=${port}`
  if (pid === 1) return 'stop the socket unit: systemctl list-sockets'
  if (unit?.endsWith('.service') === true) return `stop it: systemctl disable --now ${unit}`
  return `end it: kill ${pid}`
}

function freeing(want: WantedPort, listener: Listener): string {
  const { key } = want
  if (key === undefined) return stopping(listener)
  return [
    `either ${stopping(listener)}`,
    `or give the hub another port: install with --port N, kept as ${key} in config.yaml`,
    `or keep it in front: ${key.replace('port', 'address')} 127.0.0.1, another ${key}, and let it hand requests on`,
  ].join('\n')
}

const ports: Rule = ({ listeners }, { ports: wanted }) =>
  wanted.map((want): Finding => {
    const place = everywhere(want.address) ? `port ${want.port}` : `${want.address}:${want.port}`
    const [first, ...more] = listeners.filter((listener) => inTheWay(want, listener))
    if (first === undefined) return ok('ports', `${place} is ours to take`, 'listening sockets')
    return trouble('ports', 'stop', {
      what: `${place} is taken by ${first.program ?? 'somebody else'}${first.pid === undefined ? '' : ` (process ${first.pid})`}`,
      evidence: [first, ...more].map(showListener).join('; '),
      fix: freeing(want, first),
    })
  })

/** Package sources on a disc: apt cannot refresh its lists while one is named. */
const onDisc = (sites: readonly string[]): boolean => sites.some((site) => site.startsWith('cdrom:'))

function unusable(sites: readonly string[], complaint: string): Finding {
  return trouble('sources', 'stop', {
    what:
      sites.length === 0 ? 'apt has no usable package source' : 'apt cannot use one of its package sources',
    evidence: `apt-get --print-uris update: ${complaint || 'no addresses'}`,
    fix: 'mend /etc/apt/sources.list and /etc/apt/sources.list.d, then: apt-get update',
  })
}

/** At least one host was not found. */
function lost({ hosts, unresolved, proxied }: Sources, nameservers: readonly string[]): Finding {
  const all = unresolved.length === hosts.length
  const names = `${proxied ? 'proxy ' : ''}${unresolved.join(', ')}`
  return trouble('sources', all ? 'stop' : 'warn', {
    what: `${all ? 'package sources' : 'some package sources'} cannot be reached: ${names} not found`,
    evidence: `getent ahosts fails; resolvers: ${nameservers.join(' ') || 'none in /etc/resolv.conf'}`,
    fix: 'mend the network or the resolver (resolvectl status, /etc/resolv.conf), then: apt-get update',
  })
}

function reach(found: Sources, nameservers: readonly string[]): Finding {
  const { sites = [], complaint, hosts, unresolved, proxied } = found
  if (sites.length === 0 || complaint !== '') return unusable(sites, complaint)
  if (unresolved.length > 0) return lost(found, nameservers)
  const places = hosts.length > 0 ? hosts : sites
  return ok(
    'sources',
    'hosts of the package sources are found',
    `${proxied ? 'proxy ' : ''}${places.join(' ')}`,
  )
}

const sources: Rule = ({ packages, network }): readonly Finding[] => {
  const { sites } = packages.sources
  // Without apt there is nothing to ask; the rule on distributions speaks.
  if (sites === undefined || !packages.apt) return []
  const disc = trouble('sources', 'warn', {
    what: 'a disc is named as package source, which stops apt',
    evidence: sites.filter((site) => site.startsWith('cdrom:')).join(' '),
    fix: "sed -i '/^deb cdrom:/s/^/# /' /etc/apt/sources.list",
  })
  const finding = reach(packages.sources, network.nameservers)
  return onDisc(sites) ? [finding, disc] : [finding]
}

const resolver: Rule = ({ network: { nameservers } }) =>
  nameservers.length > 0
    ? ok('resolver', 'a resolver is named', `/etc/resolv.conf: ${nameservers.join(' ')}`)
    : trouble('resolver', 'warn', {
        what: 'no resolver is named: only names of the hosts file are found',
        evidence: '/etc/resolv.conf has no nameserver line',
        fix: 'name one in /etc/resolv.conf, or behind systemd-resolved: ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf',
      })

const hostname: Rule = ({ network }) => {
  const names = [
    ...(network.hostnameResolves ? [] : [network.hostname || 'its own name']),
    ...(network.localhostResolves ? [] : ['localhost']),
  ]
  if (names.length === 0)
    return ok('hostname', `the machine finds itself as ${network.hostname}`, 'getent ahosts')
  return trouble('hostname', 'warn', {
    what: `the machine does not find ${names.join(' and ')}: sudo complains and waits`,
    evidence: `getent ahosts fails for ${names.join(', ')}`,
    fix: network.localhostResolves
      ? `apt-get install libnss-myhostname, or: echo '127.0.1.1 ${network.hostname}' >> /etc/hosts`
      : `echo '127.0.0.1 localhost ${network.hostname}' >> /etc/hosts`,
  })
}

const addresses: Rule = ({ network: { addresses: all } }) =>
  all.length > 0
    ? ok('addresses', `others may reach this machine at ${all.join(', ')}`, 'ip addr')
    : trouble('addresses', 'warn', {
        what: 'no address but the loopback one: nobody else can reach this machine',
        evidence: 'ip addr',
        fix: 'bring a network interface up',
      })

/** Seconds since 1970: the year of this release. A clock before it makes every certificate "not yet valid". */
const EARLIEST = Date.UTC(2026, 0, 1) / 1000
/** Machines whose clock is their host's business. */
const CONTAINERS = /^(lxc|docker|podman|systemd-nspawn|openvz|wsl|proot|pouch|rkt|container)/

const showTime = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19)

const clock: Rule = ({ clock: { now, built, synchronised }, virtualisation }) => {
  const evidence = `date: ${showTime(now)} UTC; synchronised: ${synchronised === undefined ? 'unknown' : String(synchronised)}`
  const fix =
    'apt-get install systemd-timesyncd && timedatectl set-ntp true   (or: date --set "YYYY-MM-DD hh:mm")'
  if (now < EARLIEST)
    return trouble('clock', 'stop', { what: `the clock says ${showTime(now)}`, evidence, fix })
  if (now < built) {
    const what = 'the clock is behind the making of this distribution'
    return trouble('clock', 'warn', {
      what,
      evidence: `${evidence}; os-release is of ${showTime(built)}`,
      fix,
    })
  }
  if (synchronised === false && !CONTAINERS.test(virtualisation)) {
    return trouble('clock', 'warn', { what: 'nobody keeps the clock right', evidence, fix })
  }
  return ok('clock', `the clock says ${showTime(now)} UTC`, evidence)
}

/** In the order in which they are shown. */
export const networkRules: readonly Rule[] = [ports, sources, resolver, hostname, addresses, clock]
