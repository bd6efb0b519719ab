/** The commands of a Debian machine on the fake host: accounts, packages, systemd. As little as `apply` needs. */
import type { CommandResult } from '../../src/host/host.ts'
import type { CommandStep } from '../../src/host/step.ts'
import { changeAccounts } from './account-commands.ts'
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

  constructor() {
    super({
      '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
      '/etc/group': 'root:x:0:\nadm:x:4:\n',
      '/home': { type: 'directory', mode: 0o755 },
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
    this.answer('systemctl list-units', () => ({ stdout: this.#running() }))
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
    const rest = step.argv.slice(step.argv.indexOf('--') + 1)
    changeAccounts(this, step)
    if (program === 'apt-get') for (const name of rest) this.packages.add(name)
    if (program === 'systemctl') for (const name of rest) this.#systemctl(verb, name)
    if (step.argv.join(' ') === 'systemctl daemon-reload') this.#daemonMs = this.now
  }

  #unit(name: string): Loaded {
    const unit = this.units.get(name) ?? { active: 'inactive', startedMs: 0, enabled: false }
    this.units.set(name, unit)
    return unit
  }

  #systemctl(verb: string, name: string): void {
    if (verb === 'enable' || verb === 'disable') this.#unit(name).enabled = verb === 'enable'
    else if (verb === 'stop') this.#unit(name).active = 'inactive'
    else if (verb === 'start' || verb === 'restart') {
      Object.assign(this.#unit(name), { active: 'active', startedMs: this.now })
      if (MAKES[name] !== undefined) this.put(MAKES[name], { type: 'other' })
    }
  }

  /** Servers of people. */
  #running(): string {
    const lines = [...this.units].filter(([name, { active }]) => name.includes('@') && active === 'active')
    return lines.map(([name]) => `${name} loaded active running x\n`).join('')
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
