/** What a server is worked out from in tests: configs as text, a fixed machine, the real templates, short locks. */
import { loadAssets } from '../../src/assets.ts'
import { nameRule } from '../../src/cli/machine.ts'
import { parseConfig } from '../../src/config/load.ts'
import type { Config } from '../../src/config/schema.ts'
import type { Assets, Inputs, KnownPerson, Machine } from '../../src/hub/inputs.ts'

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

/** The culler's token: must never be seen anywhere but in its file. */
export const TOKEN = '5ec4e7'.repeat(10)

export const inputs = (people: readonly KnownPerson[] = [], machine: Partial<Machine> = {}): Inputs => ({
  machine: { ...MACHINE, ...machine },
  release: {
    path: '/opt/tljh/release/0.1.0-000000000000',
    node: '/opt/tljh/tools/000000000000/bin/node',
    uv: '/opt/tljh/tools/000000000000/bin/uv',
  },
  assets: { templates, locks: { hub: lock('hub'), server: lock('server'), user: lock('user') } },
  freshToken: TOKEN,
  people,
  formerGroups: [],
})

export const config = (text: string): Config => parseConfig(text, 'config.yaml', nameRule)
