import { describe, expect, test } from 'vitest'

import { showStep } from '../../src/host/step.ts'
import { idOf, stepsFor } from '../../src/resources/resource.ts'
import type { Resource } from '../../src/resources/resource.ts'
import { FakeHost } from '../support/fake-host.ts'

const root = { owner: 'root', group: 'root', mode: 0o755 } as const
const python = {
  path: '/opt/tljh/python/3.11.2',
  binary: '/usr/bin/python3.11',
  library: '/usr/lib/python3.11',
}

/** Every kind, its id, and the first thing it does on an empty machine. */
const ROWS: readonly [Resource, string, string][] = [
  [
    { kind: 'accounts', name: 'people', homes: '/home', mount: false, people: [] },
    'accounts:people',
    'nothing',
  ],
  [
    { kind: 'servers', name: 'people', allowed: [{ template: 'jupyter', slugs: new Set() }] },
    'servers:people',
    'nothing',
  ],
  [{ kind: 'absent', path: '/etc/old' }, 'absent:/etc/old', 'nothing'],
  [{ kind: 'account', name: 'a', comment: 'c', home: '/h' }, 'account:a', 'useradd --system'],
  [{ kind: 'apt-packages', names: ['a', 'b'], mask: [] }, 'apt-packages:a,b', 'apt-get -q'],
  [{ kind: 'directory', path: '/d', ...root }, 'directory:/d', 'make folder /d (0755)'],
  [{ kind: 'file', path: '/f', text: '', ...root }, 'file:/f', 'write /f (0755)'],
  [{ kind: 'generations', path: '/g', current: '/g/1' }, 'generations:/g', 'nothing'],
  [{ kind: 'group', name: 'g', members: [], ours: () => true }, 'group:g', 'groupadd --system -- g'],
  [
    { kind: 'python-env', path: '/e', python: 'p', lock: '', uv: 'uv', cache: '/c', proves: ['m'] },
    'python-env:/e',
    'remove /e.new',
  ],
  [
    { kind: 'python-interpreter', ...python },
    'python-interpreter:/opt/tljh/python/3.11.2',
    'remove /opt/tljh/python/3.11.2.new',
  ],
  [{ kind: 'symlink', path: '/l', target: '/t' }, 'symlink:/l', 'link /l -> /t'],
  [
    { kind: 'unit', name: 'u.service', state: 'running', enabled: true, reads: [] },
    'unit:u.service',
    'systemctl enable --quiet -- u.service',
  ],
]

describe('resources', () => {
  test.each(ROWS)('$kind: has an id and first steps', async (resource, id, first) => {
    expect(idOf(resource)).toBe(id)
    const steps = await stepsFor(new FakeHost(), resource)
    expect(steps.map(showStep)[0] ?? 'nothing').toMatch(first)
  })
})
