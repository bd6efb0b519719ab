import { describe, expect, test } from 'vitest'

import { parseAccounts, readLeftovers, startsTljh } from '../../src/preflight/leftovers.ts'
import { fakeReader } from './fake-reader.ts'
import type { FakeMachine } from './fake-reader.ts'

const THEIRS =
  'ExecStart=/opt/tljh/hub/bin/python3 -m jupyterhub -f /x/site-packages/tljh/jupyterhub_config.py --upgrade-db\n'
const OURS = 'ExecStart=/opt/tljh/env/hub/0a1b/bin/python -I /opt/tljh/release/1/python/run_hub.py\n'
const HUB_UNIT = '/etc/systemd/system/jupyterhub.service'

test('startsTljh', () => {
  const proxy = 'ExecStart=/opt/tljh/hub/bin/traefik -c /opt/tljh/state/traefik.toml\n'
  expect([THEIRS, proxy, OURS, ''].map(startsTljh)).toEqual([true, true, false, false])
})

test('parseAccounts', () => {
  expect(
    parseAccounts('root:x:0:0::/root:/bin/sh\njupyter-ada:x:1001:1001::/home/jupyter-ada:/bin/bash\n'),
  ).toEqual(['jupyter-ada'])
})

const links = {
  '/opt/tljh/hub': 'env/hub/0a1b',
  '/opt/tljh/server': 'env/server/0a1b',
  '/opt/tljh/user': 'env/user/0a1b',
}

describe('readLeftovers', () => {
  test.each<{
    name: string
    machine: FakeMachine
    want: { tljh: number; installation: string; halfDone: readonly string[] }
  }>([
    { name: 'bare machine', machine: {}, want: { tljh: 0, installation: 'none', halfDone: [] } },
    {
      name: 'after bootstrap, before anything of the hub',
      machine: { folders: ['/opt/tljh/tools/0a1b', '/opt/tljh/release/1'] },
      want: { tljh: 0, installation: 'none', halfDone: [] },
    },
    {
      name: 'The Littlest JupyterHub',
      machine: {
        folders: ['/opt/tljh/hub/bin', '/opt/tljh/user/bin', '/opt/tljh/state/rules'],
        files: { [HUB_UNIT]: THEIRS, '/opt/tljh/state/traefik.toml': '' },
      },
      want: { tljh: 4, installation: 'half', halfDone: [] },
    },
    {
      name: 'half of The Littlest JupyterHub',
      machine: { folders: ['/opt/tljh/hub/lib'] },
      want: { tljh: 1, installation: 'none', halfDone: [] },
    },
    {
      name: 'ours',
      machine: { links, files: { [HUB_UNIT]: OURS }, folders: ['/opt/tljh/state', '/opt/tljh/env/hub/0a1b'] },
      want: { tljh: 0, installation: 'whole', halfDone: [] },
    },
    {
      name: 'ours, killed while an environment was built',
      machine: { folders: ['/opt/tljh/state', '/opt/tljh/env/hub/0a1b.new', '/opt/tljh/python/3.11.2.new'] },
      want: {
        tljh: 0,
        installation: 'half',
        halfDone: ['/opt/tljh/python/3.11.2.new', '/opt/tljh/env/hub/0a1b.new'],
      },
    },
    {
      name: 'a sequence that did not end',
      machine: { links, files: { [HUB_UNIT]: OURS, '/opt/tljh/state/journal-upgrade.json': '' } },
      want: { tljh: 0, installation: 'whole', halfDone: ['/opt/tljh/state/journal-upgrade.json'] },
    },
  ])('$name', async ({ machine, want }) => {
    const { tljh, installation, halfDone } = await readLeftovers(fakeReader(machine))
    expect({ tljh: tljh.length, installation, halfDone }).toEqual(want)
  })
})
