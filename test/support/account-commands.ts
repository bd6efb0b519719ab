/** What Debian's account commands do to the four account files of a fake host: as little as our plans need. */
import type { CommandStep } from '../../src/host/step.ts'
import type { FakeHost } from './fake-host.ts'

type AccountFile = 'passwd' | 'group' | 'shadow' | 'gshadow'

const linesOf = (host: FakeHost, file: AccountFile): string[] =>
  (host.entries.get(`/etc/${file}`)?.text ?? '').split('\n').filter((line) => line !== '')

function save(host: FakeHost, file: AccountFile, lines: readonly string[]): void {
  host.put(`/etc/${file}`, { text: lines.map((line) => `${line}\n`).join('') })
}

const has = (host: FakeHost, file: AccountFile, name: string): boolean =>
  linesOf(host, file).some((line) => line.startsWith(`${name}:`))

function add(host: FakeHost, file: AccountFile, line: string): void {
  const [name = ''] = line.split(':')
  if (!has(host, file, name)) save(host, file, [...linesOf(host, file), line])
}

/** Gives the fields of one line to somebody who changes them. */
function change(
  host: FakeHost,
  file: AccountFile,
  { name, set }: { name: string; set: (fields: string[]) => void },
): void {
  const lines = linesOf(host, file).map((line) => {
    const fields = line.split(':')
    if (fields[0] === name) set(fields)
    return fields.join(':')
  })
  save(host, file, lines)
}

const ids = (host: FakeHost): number[] => linesOf(host, 'group').map((line) => Number(line.split(':')[2]))
/** The highest free number of the range: system accounts and groups are counted down. */
function systemId(host: FakeHost, max = 989): number {
  const used = new Set(ids(host))
  let id = max
  while (used.has(id)) id -= 1
  return id
}

const after = (argv: readonly string[], option: string): string | undefined =>
  argv.includes(option) ? argv[argv.indexOf(option) + 1] : undefined

function groupadd(host: FakeHost, argv: readonly string[]): void {
  const name = argv.at(-1) ?? ''
  const max = argv.find((word) => word.startsWith('SYS_GID_MAX='))?.slice('SYS_GID_MAX='.length)
  const next = systemId(host, max === undefined ? undefined : Number(max))
  add(host, 'group', `${name}:x:${after(argv, '--gid') ?? next}:`)
  add(host, 'gshadow', `${name}:!::`)
}

function useradd(host: FakeHost, argv: readonly string[]): void {
  const name = argv.at(-1) ?? ''
  const id = after(argv, '--uid') ?? String(systemId(host))
  const own = argv.includes('--user-group')
  const gid = own ? id : (after(argv, '--gid') ?? id)
  add(host, 'passwd', `${name}:x:${id}:${gid}::${after(argv, '--home-dir')}:${after(argv, '--shell')}`)
  add(host, 'shadow', `${name}:!:20000::::::`)
  if (own) add(host, 'group', `${name}:x:${id}:`)
  if (own) add(host, 'gshadow', `${name}:!::`)
}

function member(host: FakeHost, group: string, { name, inside }: { name: string; inside: boolean }): void {
  change(host, 'group', {
    name: group,
    set(fields) {
      const others = (fields[3] ?? '').split(',').filter((one) => one !== '' && one !== name)
      fields[3] = [...others, ...(inside ? [name] : [])].join(',')
    },
  })
}

/** One line of sysusers.d(5). A group that is there already gets no line in /etc/gshadow. */
function sysuser(host: FakeHost, line: string): void {
  const [type, name = '', id = '', , home, shell] = line.split(' ')
  if (type === 'm') return member(host, id, { name, inside: true })
  if (!has(host, 'group', name)) add(host, 'gshadow', `${name}:!*::`)
  add(host, 'group', `${name}:x:${id}:`)
  add(host, 'passwd', `${name}:x:${id}:${id}::${home}:${shell}`)
  add(host, 'shadow', `${name}:!*:20000::::::`)
}

function usermod(host: FakeHost, argv: readonly string[]): void {
  const name = argv.at(-1) ?? ''
  const [home, shell, expires] = ['--home', '--shell', '--expiredate'].map((option) => after(argv, option))
  change(host, 'passwd', {
    name,
    set(fields) {
      fields[5] = home ?? fields[5] ?? ''
      fields[6] = shell ?? fields[6] ?? ''
    },
  })
  change(host, 'shadow', { name, set: (fields) => void (fields[7] = expires ?? fields[7] ?? '') })
}

function shadowed(host: FakeHost, from: AccountFile, line: (name: string) => string): void {
  for (const entry of linesOf(host, from)) {
    add(host, from === 'passwd' ? 'shadow' : 'gshadow', line(entry.split(':')[0] ?? ''))
  }
}

const EFFECTS: Readonly<Record<string, (host: FakeHost, step: CommandStep) => void>> = {
  groupadd: (host, { argv }) => groupadd(host, argv),
  useradd: (host, { argv }) => useradd(host, argv),
  usermod: (host, { argv }) => usermod(host, argv),
  gpasswd: (host, { argv: [, option, names = '', group = ''] }) =>
    option === '--members'
      ? change(host, 'group', { name: group, set: (fields) => void (fields[3] = names) })
      : member(host, group, { name: names, inside: option === '--add' }),
  pwconv: (host) => shadowed(host, 'passwd', (name) => `${name}:x:20000::::::`),
  grpconv: (host) => shadowed(host, 'group', (name) => `${name}:x::`),
  'systemd-sysusers': (host, { input = '' }) => {
    for (const line of input.split('\n')) if (line !== '') sysuser(host, line)
  },
}

/** Does to the account files what a command does; other commands do nothing here. */
export function changeAccounts(host: FakeHost, step: CommandStep): void {
  EFFECTS[step.argv[0] ?? '']?.(host, step)
}
