/**
 * The unix accounts of people, all at once: systemd-sysusers writes the account files once for everybody, where useradd
 * writes them once a person. Interrupted anywhere, the next run goes on.
 */
import { basename } from 'node:path'

import { HostError } from '../errors.ts'
import { conflict, type OwnAccount } from '../host/account-conflict.ts'
import {
  fieldsIn,
  type GroupEntry,
  parseGroup,
  parsePasswd,
  type PasswdEntry,
} from '../host/account-files.ts'
import { asideOf, homesObstacle } from '../host/home.ts'
import type { PathState, Reader } from '../host/host.ts'
import type { CommandStep, Step } from '../host/step.ts'
import type { Kind } from './kind.ts'

export interface PersonAccount extends OwnAccount {
  /** What files and units of the person are called by. */
  readonly slug: string
  readonly shell: string
  /** True when somebody asked for this shell: else one that was changed by hand stays. */
  readonly shellAsked: boolean
  /** True until it was complete once: only then may a home be made. */
  readonly fresh: boolean
  readonly locked: boolean
}

export interface Accounts {
  readonly kind: 'accounts'
  readonly name: 'people'
  readonly homes: string
  /** True when the folder of homes must be a mounted one. */
  readonly mount: boolean
  readonly people: readonly PersonAccount[]
}

export interface AccountsState {
  readonly folder: PathState | undefined
  readonly mounted: boolean
  readonly entries: readonly PasswdEntry[]
  readonly groups: readonly GroupEntry[]
  /** Last field of the lines of /etc/shadow that counts: the day on which an account expires, by name. */
  readonly expiry: ReadonlyMap<string, string>
  readonly gshadow: ReadonlySet<string>
  /** What lies where the homes of fresh people will be, or are made, by path. */
  readonly homes: ReadonlyMap<string, PathState>
}

/** A day long ago that is our mark: an account that an administrator let expire by hand (`usermod -e 1`) stays so. */
const EXPIRED = '2'
const NOLOGIN = '/usr/sbin/nologin'
const SKELETON = '/etc/skel'
/** Obstacles that are told at once; more do not fit on a screen. */
const TOLD = 20
/** Bytes; a name of 32, which useradd and the kernel take, is none for systemd-sysusers (it must fit into utmp). */
const SYSUSERS_MAX = 31

async function homesOf(reader: Reader, { homes, people }: Accounts): Promise<Map<string, PathState>> {
  const fresh = people.filter((person) => person.fresh && person.own)
  if (fresh.length === 0) return new Map()
  const there = new Set(await reader.list(homes))
  const taken = fresh.filter(({ name, home }) => there.has(name) || home !== `${homes}/${name}`)
  const asides = fresh.map(({ slug }) => asideOf(homes, slug)).filter((path) => there.has(basename(path)))
  const paths = [...taken.map(({ home }) => home), ...asides]
  const states = await Promise.all(paths.map(async (path) => [path, await reader.lstat(path)] as const))
  return new Map(states.flatMap(([path, state]) => (state === undefined ? [] : [[path, state] as const])))
}

/** Every entry with a name or number, found at once for everybody. */
class Index<Entry extends { readonly name: string }> {
  readonly #byName: ReadonlyMap<string, readonly Entry[]>
  readonly #byId: ReadonlyMap<number, readonly Entry[]>

  constructor(entries: readonly Entry[], id: (entry: Entry) => number) {
    this.#byName = Map.groupBy(entries, ({ name }) => name)
    this.#byId = Map.groupBy(entries, id)
  }

  find(name: string, id: number): readonly Entry[] {
    return [...new Set([...(this.#byName.get(name) ?? []), ...(this.#byId.get(id) ?? [])])]
  }
}

interface Known {
  readonly want: PersonAccount
  readonly entry: PasswdEntry | undefined
  readonly hasGroup: boolean
  readonly wrong: string | undefined
}

function homeObstacle(
  want: PersonAccount,
  entry: PasswdEntry | undefined,
  home: PathState | undefined,
): string | undefined {
  if (home === undefined || !want.fresh) return undefined
  if (entry === undefined)
    return `${want.home} is there already although the account is new; move it away, then try again`
  if (home.type === 'directory' && home.uid === want.uid) return undefined
  return `${want.home} is not a folder of ${want.name}; put the right one there, then try again`
}

function known(want: Accounts, have: AccountsState): Known[] {
  const entries = new Index(have.entries, ({ uid }) => uid)
  const groups = new Index(have.groups, ({ gid }) => gid)
  return want.people.map((person) => {
    const found = {
      entries: entries.find(person.name, person.uid),
      groups: groups.find(person.name, person.gid),
    }
    const entry = found.entries.find(({ name }) => name === person.name)
    const gone =
      entry === undefined && !person.own ? `the account ${person.name} is gone from this machine` : undefined
    const wrong = conflict(person, found) ?? gone ?? homeObstacle(person, entry, have.homes.get(person.home))
    return { want: person, entry, hasGroup: found.groups.length > 0, wrong }
  })
}

function checkFolder({ homes, mount }: Accounts, { folder, mounted }: AccountsState): void {
  if (mount && !mounted)
    throw new HostError(`${homes} is not mounted, and homes.mount says it must be; mount it, then try again`)
  const wrong = homesObstacle(homes, folder)
  if (wrong !== undefined) throw new HostError(wrong)
}

function checkAll(all: readonly Known[]): void {
  const wrong = all.flatMap((person) => person.wrong ?? [])
  if (wrong.length === 0) return
  const more = wrong.length > TOLD ? [`and ${wrong.length - TOLD} more`] : []
  throw new HostError([...wrong.slice(0, TOLD), ...more].join('\n'))
}

function together(people: readonly PersonAccount[]): CommandStep[] {
  if (people.length === 0) return []
  const lines = people.map(({ name, uid, home, shell }) => `u ${name} ${uid} - ${home} ${shell}\n`)
  const names = people.map(({ name }) => name)
  return [{ do: 'run', argv: ['systemd-sysusers', '-'], input: lines.join(''), about: names }]
}

/** A setting of login.defs(5) for one call. */
const key = (setting: string): readonly string[] => ['--key', setting]

function alone({ want, hasGroup }: Known): CommandStep {
  const { name, uid, gid, home, shell } = want
  // With one number to choose from, the new group gets that, in the same call.
  const group = hasGroup
    ? ['--no-user-group', '--gid', String(gid)]
    : ['--user-group', ...key(`GID_MIN=${gid}`), ...key(`GID_MAX=${gid}`)]
  const own = ['--no-create-home', '--no-log-init', ...key('SUB_UID_COUNT=0'), ...key('SUB_GID_COUNT=0')]
  const fields = ['--uid', String(uid), '--home-dir', home, '--shell', shell, '--comment', '']
  return { do: 'run', argv: ['useradd', ...own, ...group, ...fields, '--', name] }
}

function creation(missing: readonly Known[]): CommandStep[] {
  const isLong = ({ want }: Known): boolean => want.name.length > SYSUSERS_MAX
  const short = missing.filter((person) => !isLong(person)).map(({ want }) => want)
  return [...together(short), ...missing.filter(isLong).map(alone)]
}

/** What useradd or sysusers leave when they are killed between the four files. */
function repairs(needed: readonly Known[], have: AccountsState): Step[] {
  const own = needed.filter(({ want }) => want.own)
  const groups = own
    .filter(({ entry, hasGroup }) => entry !== undefined && !hasGroup)
    .map(({ want }): Step => ({ do: 'run', argv: ['groupadd', '--gid', String(want.gid), '--', want.name] }))
  const shadow = needed.some(({ want, entry }) => entry !== undefined && !have.expiry.has(want.name))
  // Whoever makes an account for a group that is there already makes no line for the group.
  const gshadow = own.some(({ want, hasGroup }) => hasGroup && !have.gshadow.has(want.name))
  return [
    ...groups,
    ...(shadow ? [{ do: 'run', argv: ['pwconv'] } as const] : []),
    ...(gshadow ? [{ do: 'run', argv: ['grpconv'] } as const] : []),
  ]
}

/** One step a folder: whoever was to get a home when `homes.path` was another one still gets it there. */
function homeSteps(people: readonly PersonAccount[]): Step[] {
  const folders = Map.groupBy(people, ({ home }) => home.slice(0, home.lastIndexOf('/')))
  return [...folders].map(([folder, homes]) => ({ do: 'homes', folder, skeleton: SKELETON, homes }))
}

/** What is left of a home that was moved into place right before its run was killed. */
function leftAside({ homes, people }: Accounts, have: AccountsState): Step[] {
  return people
    .filter(({ fresh, own, home }) => fresh && own && have.homes.has(home))
    .map(({ slug }) => asideOf(homes, slug))
    .filter((path) => have.homes.has(path))
    .map((path): Step => ({ do: 'remove', path }))
}

function lockSteps({ want, entry }: Known, expiry: string | undefined): Step[] {
  const set = (expires: string, shell: string): Step => ({
    do: 'run',
    argv: ['usermod', '--expiredate', expires, '--shell', shell, '--', want.name],
  })
  const shell = entry?.shell ?? want.shell
  if (want.locked) return expiry === EXPIRED && shell === NOLOGIN ? [] : [set(EXPIRED, NOLOGIN)]
  if (expiry === EXPIRED) return [set('', want.shell)]
  if (!want.shellAsked || shell === want.shell) return []
  return [{ do: 'run', argv: ['usermod', '--shell', want.shell, '--', want.name] }]
}

export const accounts: Kind<Accounts, AccountsState> = {
  async observe(reader, want) {
    const read = async (file: string): Promise<string> => (await reader.readFile(`/etc/${file}`)) ?? ''
    const [passwd, group, shadow, gshadow] = await Promise.all(
      ['passwd', 'group', 'shadow', 'gshadow'].map(read),
    )
    const [folder, mounted, homes] = await Promise.all([
      reader.lstat(want.homes),
      want.mount ? reader.query(['mountpoint', '-q', '--', want.homes]) : { code: 0 },
      homesOf(reader, want),
    ])
    return {
      folder,
      mounted: mounted.code === 0,
      entries: parsePasswd(passwd ?? ''),
      groups: parseGroup(group ?? ''),
      expiry: new Map(fieldsIn(shadow ?? '').map((fields) => [fields[0] ?? '', fields[7] ?? ''])),
      gshadow: new Set(fieldsIn(gshadow ?? '').map((fields) => fields[0] ?? '')),
      homes,
    }
  },

  plan(want, have) {
    if (want.people.length === 0) return []
    checkFolder(want, have)
    const all = known(want, have)
    checkAll(all)
    // Somebody who was locked before there was an account needs none.
    const needed = all.filter(
      (person) => person.entry !== undefined || !(person.want.fresh && person.want.locked),
    )
    const missing = needed.filter(({ entry }) => entry === undefined)
    const homeless = needed
      .map((person) => person.want)
      .filter((person) => person.fresh && person.own && !have.homes.has(person.home))
    return [
      ...creation(missing),
      ...repairs(needed, have),
      ...homeSteps(homeless),
      ...leftAside(want, have),
      ...needed.flatMap((person) => lockSteps(person, have.expiry.get(person.want.name))),
    ]
  },
}
