/** Facts about what was here before: The Littlest JupyterHub, an earlier or half-finished installation of ours, accounts. */
import type { Reader } from '../host/host.ts'

export interface Leftovers {
  /** Traces of The Littlest JupyterHub, which uses the same folder. */
  readonly tljh: readonly string[]
  /** Whether the parts of our own installation are all there. */
  readonly installation: 'none' | 'half' | 'whole'
  /** What a run left behind that did not come to its end. */
  readonly halfDone: readonly string[]
  /** Accounts whose name begins with `jupyter-`. */
  readonly accounts: readonly string[]
}

const PREFIX = '/opt/tljh'
const KINDS = ['hub', 'server', 'user'] as const
const HUB_UNIT = '/etc/systemd/system/jupyterhub.service'

/** Text of /etc/passwd: names that begin with `jupyter-`. */
export function parseAccounts(passwd: string): readonly string[] {
  return [...passwd.matchAll(/^(jupyter-[^:]*):/gm)].flatMap(([, name]) => name ?? [])
}

/** Text of a unit file: whether The Littlest JupyterHub wrote it. Ours start other programs. */
export function startsTljh(unit: string): boolean {
  return /^ExecStart=.*(tljh\.jupyterhub_config|tljh\/jupyterhub_config\.py|\/hub\/bin\/traefik)/m.test(unit)
}

async function readTljh(reader: Reader): Promise<readonly string[]> {
  const units = [HUB_UNIT, '/etc/systemd/system/traefik.service']
  const files = [`${PREFIX}/state/traefik.toml`, `${PREFIX}/state/passwords.dbm`, `${PREFIX}/state/rules`]
  const [folder, texts, states] = await Promise.all([
    reader.lstat(`${PREFIX}/hub`),
    Promise.all(units.map((path) => reader.readFile(path))),
    Promise.all(files.map((path) => reader.lstat(path))),
  ])
  return [
    // Ours is a link, theirs a folder: also after an installation of theirs that broke off.
    ...(folder?.type === 'directory' ? [`${PREFIX}/hub`] : []),
    ...units.filter((_, index) => startsTljh(texts[index] ?? '')),
    ...files.filter((_, index) => states[index] !== undefined),
  ]
}

/** Folders that are built aside under a name ending in `.new`, and journals of sequences. */
async function readHalfDone(reader: Reader): Promise<readonly string[]> {
  const folders = [`${PREFIX}/state`, `${PREFIX}/python`, ...KINDS.map((kind) => `${PREFIX}/env/${kind}`)]
  const [state = [], ...built] = await Promise.all(folders.map((folder) => reader.list(folder)))
  const journals = state.filter((name) => name.startsWith('journal')).map((name) => `${PREFIX}/state/${name}`)
  const fresh = built.flatMap((names, index) =>
    names.filter((name) => name.endsWith('.new')).map((name) => `${folders[index + 1] ?? PREFIX}/${name}`),
  )
  return [...journals, ...fresh]
}

async function readInstallation(reader: Reader): Promise<Leftovers['installation']> {
  const links = KINDS.map((kind) => reader.readLink(`${PREFIX}/${kind}`))
  const [begun, unit, ...targets] = await Promise.all([
    Promise.all([`${PREFIX}/state`, `${PREFIX}/env`, `${PREFIX}/python`].map((path) => reader.lstat(path))),
    reader.lstat(HUB_UNIT),
    ...links,
  ])
  if (unit !== undefined && targets.every((target) => target !== undefined)) return 'whole'
  return begun.some((state) => state !== undefined) ? 'half' : 'none'
}

/** What an earlier hub left on this machine. */
export async function readLeftovers(reader: Reader): Promise<Leftovers> {
  const [tljh, installation, halfDone, passwd] = await Promise.all([
    readTljh(reader),
    readInstallation(reader),
    readHalfDone(reader),
    reader.readFile('/etc/passwd'),
  ])
  return { tljh, installation, halfDone, accounts: parseAccounts(passwd ?? '') }
}
