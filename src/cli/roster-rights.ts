/** Which rosters operators may apply: those of people without rights of their own. Pure. */
import { DeniedError } from '../errors.ts'
import { groupProblem } from '../group-names.ts'
import type { Role } from '../people/access.ts'
import { escapeName, parseHubName } from '../people/names.ts'
import { mayEverything } from './caller.ts'
import type { Caller } from './caller.ts'

interface Row {
  readonly name: string
  readonly groups: readonly string[]
  readonly role: string
}

/** A roster that somebody wants to apply, and what one must know to judge it. */
export interface RosterRequest {
  /** The rows of the roster of this name as they were applied last; none when it is new. */
  readonly before: readonly Row[]
  readonly after: readonly Row[]
  /** Every group that config.yaml names, in extra_user_groups or instructors. */
  readonly configGroups: ReadonlySet<string>
  /** Whether a group exists on the machine with a number outside our own range. */
  readonly systemGroups: (group: string) => boolean
  /** What somebody is now, by config and rosters, with an account or without; undefined for somebody new. */
  readonly role: (name: string) => Role | undefined
}

/**
 * Groups that packages give power to (root, devices, logs) as soon as they are installed. A group that is there already
 * is taken over by the package, members included, so that nobody may make one beforehand.
 */
const OF_PACKAGES = new Set(
  `root daemon bin sys adm tty disk lp mail news uucp man proxy kmem dialout fax voice cdrom floppy tape sudo wheel
  admin audio dip backup operator list irc src shadow utmp video sasl plugdev staff games users nogroup input sgx kvm
  render crontab netdev messagebus ssh _ssh docker lxd incus incus-admin libvirt libvirt-qemu libvirt-dnsmasq podman
  microk8s snap_microk8s vboxusers vboxsf wireshark lpadmin scanner bluetooth sambashare ssl-cert postgres mysql
  postfix postdrop clamav adbusers pcap usbmon debian-tor puppet slurm munge ceph gluster redis mongodb`.split(
    /\s+/,
  ),
)
/** Names that a package may take as its own: `systemd-journal`, `www-data`, `debian-spamd`, `_apt`. */
const LIKE_PACKAGES = /^(?:_|systemd-|debian-|www-)/

function problemOf({ name, groups, role }: Row, request: RosterRequest): string | undefined {
  const parsed = parseHubName(name)
  if (!parsed.ok) return `with the name '${escapeName(name)}'`
  // The same for everybody who is not just a user, whatever they are.
  const now = request.role(parsed.name)
  if (role !== 'user' || (now !== undefined && now !== 'user'))
    return `in which ${parsed.name} is or was more than a user`
  const group = groups.find((each) => isClosed(each, request))
  return group === undefined
    ? undefined
    : `with the group '${escapeName(group)}', which is config.yaml's or the system's`
}

function isClosed(group: string, { configGroups, systemGroups }: RosterRequest): boolean {
  return (
    groupProblem(group) !== undefined ||
    OF_PACKAGES.has(group) ||
    LIKE_PACKAGES.test(group) ||
    configGroups.has(group) ||
    systemGroups(group)
  )
}

/**
 * Lets a roster of root or an owner pass, and of an operator one that before and after only holds users, in groups that
 * are neither the system's nor named in config.yaml. Ask while holding the lock.
 * @throws DeniedError that says who may not do what, and who can
 */
export function checkRoster(caller: Caller, request: RosterRequest): void {
  if (caller.kind === 'root' || mayEverything(caller)) return
  const { name, role } = caller
  const deny = (what: string): DeniedError =>
    new DeniedError(`${name} may not apply a roster${what}; an owner of this hub can`)
  if (role !== 'operator') throw deny('')
  for (const row of [...request.before, ...request.after]) {
    const problem = problemOf(row, request)
    if (problem !== undefined) throw deny(` ${problem}`)
  }
}
