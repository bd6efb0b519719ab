/** Drop-ins of accounts whose name or home is not the one that the templates work out. */
import type { Config } from '../config/schema.ts'
import type { Person } from '../people/ledger.ts'
import type { Directory } from '../resources/directory.ts'
import type { File } from '../resources/file.ts'
import { ROOT } from '../resources/owner.ts'
import type { Inputs } from './inputs.ts'

const FOLDER = '/etc/systemd/system'

const dropIn = (text: string, folder: string): (Directory | File)[] => [
  { kind: 'directory', path: folder, mode: 0o755, ...ROOT },
  { kind: 'file', path: `${folder}/50-tljh-account.conf`, text, mode: 0o644, ...ROOT },
]

function dropIns({ slug, unixName, home }: Person): (Directory | File)[] {
  const account = `# Written by tljh: this account has a name or a home of its own.\n[Service]\nUser=${unixName}\n`
  return [
    ...dropIn(account, `${FOLDER}/jupyter-admin@${slug}.service.d`),
    // An empty assignment takes back the home that the template names.
    ...dropIn(`${account}BindPaths=\nBindPaths=${home}\n`, `${FOLDER}/jupyter@${slug}.service.d`),
  ]
}

/** Drop-ins for adopted accounts, and for homes of before `homes.path` was changed. */
export function adoptions({ homes }: Config, { people }: Inputs): (Directory | File)[] {
  const usual = ({ slug, unixName, home }: Person): boolean =>
    unixName === `jupyter-${slug}` && home === `${homes.path}/${unixName}`
  return people
    .map(({ person }) => person)
    .filter((person) => person.state !== 'gone' && !usual(person))
    .flatMap(dropIns)
}
