import { describe, expect, test } from 'vitest'

import { adoptions } from '../../src/hub/adoptions.ts'
import type { Person } from '../../src/people/ledger.ts'
import type { Directory } from '../../src/resources/directory.ts'
import type { File } from '../../src/resources/file.ts'
import { config, inputs, person } from '../support/server.ts'

const made = (row: Partial<Person>, text = ''): (Directory | File)[] =>
  adoptions(config(text), inputs([{ person: person('eve', row), access: undefined }]))
const EVE = { unixName: 'jupyter-eve@example.org', slug: 'eve-1a2b3', home: '/srv/eve', adopted: true }
const UNITS = '/etc/systemd/system'

describe('drop-ins', () => {
  test('are not made for accounts of our own', () => {
    expect(made({})).toEqual([])
    expect(made({ state: 'new' })).toEqual([])
  })

  test('name account and home of an adopted one, for both templates', () => {
    const texts = made(EVE).map((one) => [one.path, one.mode, 'text' in one ? one.text.split('\n') : []])
    const account = '# Written by tljh: this account has a name or a home of its own.'
    expect(texts).toEqual([
      [`${UNITS}/jupyter-admin@eve-1a2b3.service.d`, 0o755, []],
      [
        `${UNITS}/jupyter-admin@eve-1a2b3.service.d/50-tljh-account.conf`,
        0o644,
        [account, '[Service]', 'User=jupyter-eve@example.org', ''],
      ],
      [`${UNITS}/jupyter@eve-1a2b3.service.d`, 0o755, []],
      [
        `${UNITS}/jupyter@eve-1a2b3.service.d/50-tljh-account.conf`,
        0o644,
        [account, '[Service]', 'User=jupyter-eve@example.org', 'BindPaths=', 'BindPaths=/srv/eve', ''],
      ],
    ])
  })

  test('are needed where only the name, or only the home, is another one', () => {
    expect(made({ unixName: 'eve', home: '/home/eve', adopted: true })).toHaveLength(4)
    expect(made({ home: '/srv/eve', adopted: true })).toHaveLength(4)
    expect(made({ adopted: true })).toEqual([])
  })

  test('keep homes where they are when the folder of homes changes', () => {
    const texts = made({}, 'homes: {path: /srv/homes}\n').map((one) => ('text' in one ? one.text : ''))
    expect(texts.at(-1)).toContain('BindPaths=\nBindPaths=/home/jupyter-eve\n')
    expect(made({ home: '/srv/homes/jupyter-eve' }, 'homes: {path: /srv/homes}\n')).toEqual([])
  })

  test('stay for somebody who is locked, and go with somebody who is gone', () => {
    const lock = { by: 'owner', reason: 'x', since: '' } as const
    expect(made({ ...EVE, lock })).toHaveLength(4)
    expect(made({ ...EVE, state: 'gone' })).toEqual([])
  })
})
