import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { HostError, StepError } from '../../src/errors.ts'
import { makeHome } from '../../src/host/home.ts'
import { local } from '../../src/host/local.ts'
import { type Hand, hand } from '../../src/host/sync.ts'

const [UID, GID] = [20_123, 20_456]
let root = ''
const at = (name: string): string => join(root, name)

const state = (path: string): string => {
  const { mode, uid, gid } = lstatSync(at(path))
  return `${(mode & 0o7777).toString(8)} ${uid}:${gid}`
}
const make = (using: Hand = hand, more: object = {}): void =>
  makeHome(using, {
    homes: at('home'),
    home: at('home/jupyter-bob'),
    slug: 'bob',
    uid: UID,
    gid: GID,
    skeleton: at('skel'),
    ...more,
  })
/** What changes when anybody touches what lies where the home will be. */
function identity(): readonly number[] {
  const { ino, mode, uid, ctimeMs } = lstatSync(at('home/jupyter-bob'))
  return [ino, mode, uid, ctimeMs]
}
const home = (): string[] => readdirSync(at('home'))

/** A folder of homes and a skeleton with everything that may be in one. */
function build(): void {
  root = mkdtempSync(join(tmpdir(), 'home-'))
  for (const folder of ['home', 'skel', 'skel/.config', 'victim']) mkdirSync(at(folder))
  writeFileSync(at('skel/.bashrc'), 'alias ll=ls\n')
  writeFileSync(at('skel/.config/tool'), '#!/bin/sh\n')
  writeFileSync(at('victim/secret'), 'secret')
  symlinkSync(at('victim/secret'), at('skel/to-file'))
  symlinkSync(at('victim'), at('skel/to-folder'))
  symlinkSync('/nowhere', at('skel/dangling'))
  spawnSync('/usr/bin/mkfifo', [at('skel/pipe')])
  const modes = { home: 0o755, skel: 0o755, 'skel/.config': 0o2750, 'skel/.bashrc': 0o644, victim: 0o700 }
  for (const [path, mode] of Object.entries(modes)) chmodSync(at(path), mode)
  chmodSync(at('skel/.config/tool'), 0o4755)
  chmodSync(at('victim/secret'), 0o600)
}

/** Only root gives files to others. */
describe.skipIf(process.getuid?.() !== 0)('makeHome', () => {
  beforeEach(build)
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  test('makes a home for its owner alone, whatever the umask', () => {
    const before = process.umask(0)
    make()
    process.umask(before)
    expect(state('home/jupyter-bob')).toBe('700 20123:20456')
    expect(home()).toEqual(['jupyter-bob'])
  })

  test('with all that the skeleton has, as the owner’s', () => {
    const before = process.umask(0o077)
    make()
    process.umask(before)
    const inside = (path: string): string => state(`home/jupyter-bob/${path}`)
    expect(readFileSync(at('home/jupyter-bob/.bashrc'), 'utf8')).toBe('alias ll=ls\n')
    expect([inside('.bashrc'), inside('.config')]).toEqual(['644 20123:20456', '750 20123:20456'])
    // What was set-id is not: neither files, which would be the owner's program for whoever starts it, nor folders.
    expect(inside('.config/tool')).toBe('755 20123:20456')
    expect(state('skel/.bashrc')).toBe('644 0:0')
  })

  test('follows no link of the skeleton, and copies neither pipes nor devices', () => {
    make()
    expect(readdirSync(at('home/jupyter-bob')).toSorted()).toEqual([
      '.bashrc',
      '.config',
      'dangling',
      'to-file',
      'to-folder',
    ])
    for (const link of ['to-file', 'to-folder', 'dangling']) {
      expect(readlinkSync(at(`home/jupyter-bob/${link}`))).toBe(readlinkSync(at(`skel/${link}`)))
      expect(lstatSync(at(`home/jupyter-bob/${link}`))).toMatchObject({ uid: UID, gid: GID })
    }
    expect([state('victim'), state('victim/secret')]).toEqual(['700 0:0', '600 0:0'])
  })

  test.each(['nothing', 'a link', 'a file'])('is empty where the skeleton is %s', (what) => {
    const skeleton = at('other')
    if (what === 'a link') symlinkSync(at('skel'), skeleton)
    if (what === 'a file') writeFileSync(skeleton, '')
    make(hand, { skeleton })
    expect(readdirSync(at('home/jupyter-bob'))).toEqual([])
    expect(state('home/jupyter-bob')).toBe('700 20123:20456')
  })

  test.each([
    ['a file', () => writeFileSync(at('home/jupyter-bob'), 'kept')],
    ['an empty folder', () => mkdirSync(at('home/jupyter-bob'))],
    ['a link to a folder', () => symlinkSync(at('victim'), at('home/jupyter-bob'))],
    ['a link to nowhere', () => symlinkSync('/nowhere', at('home/jupyter-bob'))],
    ['a pipe', () => spawnSync('/usr/bin/mkfifo', [at('home/jupyter-bob')])],
  ])('refuses %s that is there, and leaves it as it is', (_, put) => {
    put()
    const before = identity()
    expect(() => make()).toThrow(
      new HostError(`${at('home/jupyter-bob')} came into being meanwhile; look at it`),
    )
    expect(identity()).toEqual(before)
    expect(home()).toEqual(['jupyter-bob'])
    expect(readdirSync(at('victim'))).toEqual(['secret'])
  })

  test('is never open to others, and nobody’s but root’s, before it is whole', () => {
    const seen: string[] = []
    const look = (): void => {
      seen.push(state('home/.tljh-new-bob'))
      expect(home()).toEqual(['.tljh-new-bob'])
    }
    const watched: Hand = {
      ...hand,
      copyInto(from, to, owner) {
        expect(state('home/.tljh-new-bob/home')).toBe('700 0:0')
        look()
        hand.copyInto(from, to, owner)
        look()
      },
      setOwner(path, owner) {
        look()
        hand.setOwner(path, owner)
        look()
      },
    }
    make(watched)
    expect(new Set(seen)).toEqual(new Set(['700 0:0']))
  })

  test.each(['makeDirectory', 'copyInto', 'setOwner', 'move'] as const)(
    'leaves nothing aside when %s fails, and the next try goes through',
    (name) => {
      const failing: Hand = {
        ...hand,
        [name]: () => {
          throw new StepError('the disk is full')
        },
      }
      expect(() => make(failing)).toThrow('the disk is full')
      expect(home()).toEqual([])
      make()
      expect(state('home/jupyter-bob')).toBe('700 20123:20456')
    },
  )

  test('clears what one that was killed left aside', () => {
    mkdirSync(at('home/.tljh-new-bob/home'), { recursive: true })
    writeFileSync(at('home/.tljh-new-bob/home/half'), '')
    make()
    expect(home()).toEqual(['jupyter-bob'])
    expect(readdirSync(at('home/jupyter-bob'))).not.toContain('half')
  })

  test('follows no link that lies in its way aside', () => {
    symlinkSync(at('victim'), at('home/.tljh-new-bob'))
    make()
    expect(home()).toEqual(['jupyter-bob'])
    expect(readdirSync(at('victim'))).toEqual(['secret'])
  })

  test.each([
    ['somebody', () => spawnSync('chown', ['20123', at('home')])],
    ['all', () => chmodSync(at('home'), 0o1777)],
  ])('makes nothing in a folder that %s may write', (_, open) => {
    open()
    expect(() => make()).toThrow(HostError)
    expect(home()).toEqual([])
  })
})

const perform = (...names: string[]): Promise<void> =>
  local.perform({
    do: 'homes',
    folder: at('home'),
    skeleton: at('skel'),
    homes: names.map((slug, index) => ({
      slug,
      home: at(`home/${slug}`),
      uid: UID + index,
      gid: GID + index,
    })),
  })

describe.skipIf(process.getuid?.() !== 0)('the step for many homes', () => {
  beforeEach(build)
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  test('makes each for its owner', async () => {
    await perform('ada', 'bob', 'cat')
    expect(home()).toEqual(['ada', 'bob', 'cat'])
    expect(state('home/bob')).toBe('700 20124:20457')
    expect(state('home/cat/.bashrc')).toBe('644 20125:20458')
  })

  test('says what is in the way, and leaves those that are made', async () => {
    mkdirSync(at('home/bob'))
    await expect(perform('ada', 'bob', 'cat')).rejects.toThrow(StepError)
    await expect(perform('bob')).rejects.toThrow(`${at('home/bob')} came into being meanwhile; look at it`)
    expect(home()).toEqual(['ada', 'bob'])
    await perform('cat')
    expect(home()).toEqual(['ada', 'bob', 'cat'])
  })
})
