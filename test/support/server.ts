/** What a server is worked out from in tests: configs as text, a fixed machine, the real templates, short locks. */
import { loadAssets } from '../../src/assets.ts'
import { nameRule } from '../../src/cli/machine.ts'
import { parseConfig } from '../../src/config/load.ts'
import type { Config } from '../../src/config/schema.ts'
import { access } from '../../src/hub/access.ts'
import type { Assets, Inputs, KnownPerson, Machine } from '../../src/hub/inputs.ts'
import type { Access } from '../../src/people/access.ts'
import type { Person } from '../../src/people/ledger.ts'
import { unixName } from '../../src/people/names.ts'

const GB = 1024 ** 3

/** A small cloud machine with Debian 12. */
export const MACHINE: Machine = {
  cores: 2,
  memoryBytes: 4 * GB,
  pythonVersion: '3.11.2',
  pythonBinary: '/usr/bin/python3.11',
  hasIpv6: true,
  hasSsh: true,
  hasPolkit: true,
}

const { templates } = await loadAssets()
const lock = (kind: string): Assets['locks']['hub'] => ({ text: `${kind}==1\n`, digest: `${kind}00000000` })

/** The tokens of services: must never be seen anywhere but in their files. */
export const TOKENS = { culler: '5ec4e7'.repeat(10), cli: 'c11c11'.repeat(10) }

export const inputs = (people: readonly KnownPerson[] = [], machine: Partial<Machine> = {}): Inputs => ({
  machine: { ...MACHINE, ...machine },
  release: {
    path: '/opt/tljh/release/0.1.0-000000000000',
    node: '/opt/tljh/tools/000000000000/bin/node',
    uv: '/opt/tljh/tools/000000000000/bin/uv',
  },
  assets: { templates, locks: { hub: lock('hub'), server: lock('server'), user: lock('user') } },
  freshTokens: TOKENS,
  people,
  formerGroups: [],
})

export const config = (text: string): Config => parseConfig(text, 'config.yaml', nameRule)

/** A person of the ledger whose account is complete. */
export function person(hubName: string, more: Partial<Person> = {}): Person {
  const unix = unixName(hubName)
  return {
    hubName,
    unixName: unix,
    slug: unix.slice('jupyter-'.length),
    uid: 20_000,
    gid: 20_000,
    state: 'active',
    since: '2026-01-01T00:00:00.000Z',
    home: `/home/${unix}`,
    adopted: false,
    shell: '',
    lock: undefined,
    lifted: 0,
    ...more,
  }
}

/** What the config gives people of the ledger, who are numbered in the order in which they are named. */
export function knownBy(decided: Config, names: readonly string[]): KnownPerson[] {
  const all: ReadonlyMap<string, Access> = access(decided, [])
  return names.map((name, at) => ({
    person: person(name, {
      uid: 20_000 + at,
      gid: 20_000 + at,
      home: `${decided.homes.path}/${unixName(name)}`,
    }),
    access: all.get(name),
  }))
}
