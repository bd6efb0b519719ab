/** The commands of a Debian machine on the fake host: accounts, packages, systemd. As little as `apply` needs. */
import type { CommandResult } from '../../src/host/host.ts'
import type { CommandStep } from '../../src/host/step.ts'
import { FakeHost } from './fake-host.ts'

/** A unit as systemd has it in memory. */
interface Loaded {
  active: 'active' | 'inactive'
  startedMs: number
  enabled: boolean
}

/** Sockets that units make when they start. */
const MAKES: Readonly<Record<string, string>> = {
  'jupyterhub-helper.socket': '/run/tljh/helper.sock',
  'jupyterhub.service': '/run/tljh-hub/hub.sock',
}

const stamp = (ms: number): string =>
  ms === 0 ? '' : `Sun ${new Date(ms).toISOString().replace('T', ' ').replace('Z', '000 UTC')}`

export class FakeMachine extends FakeHost {
  readonly units = new Map<string, Loaded>()
  readonly packages = new Set(['apt', 'sudo', 'ca-certificates'])
  override now = Date.parse('2026-11-22T20:00:00Z')
  /** Command lines that were run, in order. */
  readonly commands: string[] = []
  #daemonMs = this.now
  #id = 990

  constructor() {
    super({
      '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
      '/etc/group': 'root:x:0:\nadm:x:4:\n',
    })
    for (const name of ['ssh.service', 'jupyterusers.slice']) this.#unit(name)
    this.answers.push(
      [
        'dpkg-query --show',
        () => ({ stdout: [...this.packages].map((p) => `${p} install ok installed\n`).join('') }),
      ],
      ['systemctl is-enabled', () => ({ code: 0 })],
    )
    this.answer('systemctl show', (argv) => this.#show(argv.at(-1) ?? ''))
  }

  /** An answer that needs the whole command line. */
  answer(start: string, reply: (argv: readonly string[]) => Partial<CommandResult>): void {
    const { query } = this
    this.query = async (argv) =>
      argv.join(' ').startsWith(start) ? { code: 0, stdout: '', stderr: '', ...reply(argv) } : query(argv)
  }

  override run = (step: CommandStep): void => {
    this.commands.push(step.argv.join(' '))
    const [program = '', verb = ''] = step.argv
    const last = step.argv.at(-1) ?? ''
    const rest = step.argv.slice(step.argv.indexOf('--') + 1)
    const effects: Readonly<Record<string, () => void>> = {
      useradd: () => this.#account(last, step.argv),
      groupadd: () => this.#line('/etc/group', `${last}:x:${(this.#id -= 1)}:`),
      gpasswd: () => this.#member(last, step.argv[2] ?? '', verb === '--add'),
      'apt-get': () => rest.forEach((name) => this.packages.add(name)),
      systemctl: () => this.#systemctl(verb, last),
    }
    effects[program]?.()
  }

  #text(path: string): string {
    return this.entries.get(path)?.text ?? ''
  }

  #line(path: string, line: string): void {
    this.put(path, { text: `${this.#text(path)}${line}\n` })
  }

  #account(name: string, argv: readonly string[]): void {
    const after = (option: string): string => argv[argv.indexOf(option) + 1] ?? ''
    this.#id -= 1
    this.#line('/etc/passwd', `${name}:x:${this.#id}:${this.#id}::${after('--home-dir')}:${after('--shell')}`)
    this.#line('/etc/group', `${name}:x:${this.#id}:`)
    this.#line('/etc/shadow', `${name}:!:20000::::::`)
    this.#line('/etc/gshadow', `${name}:!::`)
  }

  #member(group: string, account: string, inside: boolean): void {
    const lines = this.#text('/etc/group')
      .split('\n')
      .map((line) => {
        const [name, x, id, members = ''] = line.split(':')
        if (name !== group) return line
        const others = members.split(',').filter((member) => member !== '' && member !== account)
        return [name, x, id, [...others, ...(inside ? [account] : [])].join(',')].join(':')
      })
    this.put('/etc/group', { text: lines.join('\n') })
  }

  #unit(name: string): Loaded {
    const unit = this.units.get(name) ?? { active: 'inactive', startedMs: 0, enabled: false }
    this.units.set(name, unit)
    return unit
  }

  #systemctl(verb: string, name: string): void {
    if (verb === 'daemon-reload') this.#daemonMs = this.now
    else if (verb === 'enable' || verb === 'disable') this.#unit(name).enabled = verb === 'enable'
    else if (verb === 'stop') this.#unit(name).active = 'inactive'
    else if (verb === 'start' || verb === 'restart') {
      Object.assign(this.#unit(name), { active: 'active', startedMs: this.now })
      if (MAKES[name] !== undefined) this.put(MAKES[name], { type: 'other' })
    }
  }

  #show(name: string): Partial<CommandResult> {
    const { active, startedMs, enabled } = this.#unit(name)
    const file = this.entries.get(`/etc/systemd/system/${name.replace('@*', '@')}`)
    const changed = (file?.mtimeMs ?? 0) > this.#daemonMs
    return {
      stdout: `LoadState=loaded
ActiveState=${active}
UnitFileState=${enabled ? 'enabled' : 'disabled'}
NeedDaemonReload=${changed ? 'yes' : 'no'}
InactiveExitTimestamp=${stamp(startedMs)}
`,
    }
  }
}
