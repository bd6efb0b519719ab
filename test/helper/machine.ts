/** A machine in memory for the helper's tests: account files, homes, environment files, units. Ledger and locks are real. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import type { Paths } from '../../src/helper/paths.ts'
import { pathsUnder } from '../../src/helper/paths.ts'
import { serve, type Served } from '../../src/helper/serve.ts'
import type { CommandResult, PathState } from '../../src/host/host.ts'
import type { Owner } from '../../src/host/sync-copy.ts'
import type { FileToWrite, Hand } from '../../src/host/sync.ts'
import type { Access } from '../../src/people/access.ts'
import { type Ledger, openLedger } from '../../src/people/ledger.ts'

const PASSWD = 'root:x:0:0:root:/root:/bin/bash\ntljh-hub:x:990:990::/var/lib/tljh-hub:/usr/sbin/nologin\n'
const GROUPS =
  'root:x:0:\njupyterhub-users:x:991:\njupyterhub-admins:x:992:\njupyterhub-operators:x:995:\n' +
  'jupyterhub-instructors:x:996:\ncourse:x:993:\nlab:x:994:\nstaff:x:50:\n'

export const POLICY = {
  version: 2,
  managedGroups: ['course', 'lab'],
  limits: { MemoryMax: '1073741824', CPUQuota: '100%', TasksMax: '512' },
  homes: '/home',
  mount: false,
  shell: '/bin/bash',
  uidMin: 20_000,
  uidMax: 59_999,
}

/** What the last settle left in the ledger: bob, and ann who is an owner. */
const ACCESS: ReadonlyMap<string, Access> = new Map([
  ['bob', { role: 'user', groups: ['course'], teaches: [] }],
  ['ann', { role: 'owner', groups: [], teaches: [] }],
])

const OK: CommandResult = { code: 0, stdout: '', stderr: '' }
const folder = (uid: number, mode: number): PathState => ({
  type: 'directory',
  mode,
  uid,
  gid: uid,
  size: 4096,
  mtimeMs: 0,
})

const after = (argv: readonly string[], option: string): string => argv[argv.indexOf(option) + 1] ?? ''

export class FakeMachine implements Hand {
  readonly root = mkdtempSync(join(tmpdir(), 'helper-'))
  readonly paths: Paths = pathsUnder(this.root)
  readonly ledger: Ledger
  /** Text files of the machine by path. */
  readonly files = new Map<string, string>()
  /** Folders by path. */
  readonly folders = new Map<string, PathState>()
  /** Every command that ran, as one line. */
  readonly commands: string[] = []
  /** What was copied into what. */
  readonly copies: string[] = []
  /** Folders on which a file system is mounted. */
  readonly mounts = new Set<string>()
  /** Answers of commands by the beginning of their line; the first that fits. */
  readonly answers: [string, Partial<CommandResult>][] = []

  constructor() {
    for (const path of [this.paths.ledger, `${this.paths.locks}/x`])
      mkdirSync(dirname(path), { recursive: true })
    this.ledger = openLedger(this.paths.ledger)
    this.ledger.access.replace(ACCESS)
    this.files.set(this.paths.passwd, PASSWD)
    this.files.set(this.paths.group, GROUPS)
    this.files.set(this.paths.policy, JSON.stringify(POLICY))
    this.folders.set('/home', folder(0, 0o755))
    this.folders.set(this.paths.skeleton, folder(0, 0o755))
  }

  /** Sends one request, as the hub would. */
  ask(request: unknown): Served {
    return serve(Buffer.from(`${JSON.stringify(request)}\n`), { paths: this.paths, hand: this })
  }

  close(): void {
    this.ledger.close()
    rmSync(this.root, { recursive: true, force: true })
  }

  run(argv: readonly string[]): CommandResult {
    const line = argv.join(' ')
    this.commands.push(line)
    const answer = this.answers.find(([start]) => line.startsWith(start))?.[1]
    if (answer === undefined || answer.code === 0) this.#effect(argv)
    if (answer !== undefined) return { ...OK, ...answer }
    return line.includes('systemctl show') ? { ...OK, stdout: this.#shown(argv) } : OK
  }

  writeFile({ path, text }: FileToWrite): void {
    this.files.set(path, text)
  }

  makeDirectory(path: string, mode: number): void {
    this.folders.set(path, folder(0, mode))
  }

  setMode(path: string, mode: number): void {
    this.folders.set(path, { ...(this.folders.get(path) ?? folder(0, 0)), mode })
  }

  setOwner(path: string, { uid }: Owner): void {
    this.folders.set(path, folder(uid, this.folders.get(path)?.mode ?? 0))
  }

  copyInto(from: string, to: string): void {
    this.copies.push(`${from} into ${to}`)
  }

  isMount(path: string): boolean {
    return this.mounts.has(path)
  }

  move(from: string, to: string): void {
    const state = this.folders.get(from)
    if (state !== undefined) this.folders.set(to, state)
    this.folders.delete(from)
  }

  remove(path: string): void {
    this.files.delete(path)
    for (const name of this.folders.keys()) {
      if (name === path || name.startsWith(`${path}/`)) this.folders.delete(name)
    }
  }

  lstat(path: string): PathState | undefined {
    return this.folders.get(path)
  }

  readText(path: string): string | undefined {
    return this.files.get(path)
  }

  #append(path: string, line: string): void {
    this.files.set(path, `${this.files.get(path) ?? ''}${line}\n`)
  }

  #member(user: string, group: string, inside: boolean): void {
    const lines = (this.files.get(this.paths.group) ?? '').split('\n').map((line) => {
      const [name, x, gid, members = ''] = line.split(':')
      if (name !== group) return line
      const rest = members.split(',').filter((member) => member !== '' && member !== user)
      return [name, x, gid, [...rest, ...(inside ? [user] : [])].join(',')].join(':')
    })
    this.files.set(this.paths.group, lines.join('\n'))
  }

  #account(argv: readonly string[]): void {
    const last = argv.at(-1) ?? ''
    const [uid, gid] = [after(argv, '--uid'), after(argv, '--gid')]
    this.#append(
      this.paths.passwd,
      [last, 'x', uid, gid, '', after(argv, '--home-dir'), '/bin/bash'].join(':'),
    )
    for (const group of after(argv, '--groups').split(',')) this.#member(last, group, true)
  }

  #effect(argv: readonly string[]): void {
    const [program, option, third = ''] = argv
    const last = String(argv.at(-1))
    if (program === '/usr/sbin/groupadd') this.#append(this.paths.group, `${last}:x:${after(argv, '--gid')}:`)
    if (program === '/usr/sbin/useradd') this.#account(argv)
    if (program === '/usr/bin/gpasswd') this.#member(third, last, option === '--add')
  }

  #shown(argv: readonly string[]): string {
    const units = argv.slice(argv.indexOf('--') + 1)
    const state =
      'ActiveState=active\nSubState=running\nResult=success\nExecMainStatus=0\nInvocationID=0123abcd\n'
    return units.map((unit) => `Id=${unit}\n${state}`).join('\n')
  }
}
