import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { BugError, StepError } from '../../src/errors.ts'
import {
  lstat,
  makeDirectory,
  hand,
  makeEmptyFile,
  readText,
  remove,
  run,
  writeFile,
} from '../../src/host/sync.ts'

let folder = ''
const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
const at = (name: string): string => join(folder, name)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sync-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('run', () => {
  test.each([
    { name: 'a program that succeeds', argv: ['/bin/true'], code: 0 },
    { name: 'a program that fails', argv: ['/bin/false'], code: 1 },
    { name: 'a program that is not there', argv: ['/no/such/program'], code: 127 },
    { name: 'a file that is no program', argv: ['/etc/passwd'], code: 126 },
    { name: 'a signal', argv: ['/bin/sh', '-c', 'kill -TERM $$'], code: 143 },
  ])('tells the code of $name', ({ argv, code }) => {
    expect(run(argv).code).toBe(code)
  })

  test('stops what takes too long', () => {
    expect(run(['/bin/sleep', '5'], { timeoutMs: 50 }).code).toBe(124)
  })

  test('gives input and takes both outputs', () => {
    expect(run(['/bin/sh', '-c', 'cat; echo two >&2'], { input: 'one' })).toEqual({
      code: 0,
      stdout: 'one',
      stderr: 'two\n',
    })
  })

  test('hands on nothing of its own environment', () => {
    process.env['TLJH_TEST_SECRET'] = 'x'
    const names = run(['/usr/bin/env'])
      .stdout.split('\n')
      .map((line) => line.split('=')[0])
    delete process.env['TLJH_TEST_SECRET']
    expect(new Set(names)).toEqual(new Set(['LANG', 'PATH', '']))
  })

  test('refuses a program without an absolute path', () => {
    expect(() => run(['ls'])).toThrow(BugError)
    expect(() => run([])).toThrow(BugError)
  })

  test('does not read arguments as shell text', () => {
    expect(run(['/bin/echo', '$(id); `id`']).stdout).toBe('$(id); `id`\n')
  })
})

describe('writeFile', () => {
  test('writes text and mode and leaves nothing beside it', () => {
    writeFile({ path: at('a'), text: 'ä\n', mode: 0o640, uid, gid })
    expect(readText(at('a'))).toBe('ä\n')
    expect(lstat(at('a'))).toMatchObject({ type: 'file', mode: 0o640, uid, gid, size: 3 })
    expect(readdirSync(folder)).toEqual(['a'])
  })

  test('replaces a link and leaves alone what it points to', () => {
    writeFileSync(at('victim'), 'old')
    symlinkSync(at('victim'), at('a'))
    writeFile({ path: at('a'), text: 'new', mode: 0o600, uid, gid })
    expect(readFileSync(at('victim'), 'utf8')).toBe('old')
    expect(lstat(at('a'))?.type).toBe('file')
  })

  test('names the path when it fails and leaves nothing behind', () => {
    mkdirSync(at('a'))
    expect(() => {
      writeFile({ path: at('a'), text: 'x', mode: 0o600, uid, gid })
    }).toThrow(StepError)
    expect(readdirSync(folder)).toEqual(['a'])
    expect(() => {
      writeFile({ path: at('no/a'), text: 'x', mode: 0o600, uid, gid })
    }).toThrow(`cannot write ${at('no/a')} (ENOENT)`)
  })
})

describe('the rest', () => {
  test('lstat sees a link as a link and nothing as undefined', () => {
    symlinkSync('/nowhere', at('link'))
    expect(lstat(at('link'))?.type).toBe('symlink')
    expect(lstat(at('none'))).toBeUndefined()
    expect(lstat(folder)?.type).toBe('directory')
    expect(lstat('/dev/null')?.type).toBe('other')
    expect(lstat('/etc/passwd/x')).toBeUndefined()
  })

  test('remove does not follow a link and does not mind nothing', () => {
    mkdirSync(at('kept'))
    writeFileSync(at('kept/file'), '')
    symlinkSync(at('kept'), at('link'))
    remove(at('link'))
    remove(at('none'))
    expect(existsSync(at('kept/file'))).toBe(true)
    remove(at('kept'))
    expect(readdirSync(folder)).toEqual([])
  })

  test('makeDirectory gives the mode whatever the umask, and refuses a folder that is there', () => {
    const before = process.umask(0o077)
    makeDirectory(at('d'), 0o755)
    process.umask(before)
    expect(lstat(at('d'))?.mode).toBe(0o755)
    expect(() => {
      makeDirectory(at('d'), 0o755)
    }).toThrow('EEXIST')
  })

  test('makeEmptyFile leaves a file alone that is there', () => {
    makeEmptyFile(at('f'), 0o600)
    writeFileSync(at('f'), 'text')
    makeEmptyFile(at('f'), 0o600)
    expect(readText(at('f'))).toBe('text')
  })

  test('setOwner changes the path itself, never what a link points to', () => {
    writeFileSync(at('f'), '')
    symlinkSync(at('f'), at('link'))
    symlinkSync('/nowhere', at('dangling'))
    for (const name of ['link', 'dangling']) hand.setOwner(at(name), { uid, gid })
    const other = uid === 0 ? { uid: 20_000, gid: 20_001 } : { uid, gid }
    hand.setOwner(at('link'), other)
    expect(lstat(at('link'))).toMatchObject(other)
    expect(lstat(at('f'))).toMatchObject({ uid, gid })
    expect(() => {
      hand.setOwner(at('none'), { uid, gid })
    }).toThrow(`cannot set the owner of ${at('none')} (ENOENT)`)
  })

  test('copyInto puts no file over another one, and says what it could not copy', () => {
    for (const name of ['from', 'to']) mkdirSync(at(name))
    writeFileSync(at('from/f'), 'new')
    writeFileSync(at('victim'), 'old')
    symlinkSync(at('victim'), at('to/f'))
    const copy = (from: string): void => hand.copyInto(at(from), at('to'), { uid, gid })
    expect(() => copy('from')).toThrow(new StepError(`cannot copy ${at('from')} into ${at('to')} (EEXIST)`))
    expect(() => copy('none')).toThrow('(ENOENT)')
    expect(readFileSync(at('victim'), 'utf8')).toBe('old')
  })

  test.each([
    ['/', true],
    ['/proc', true],
    ['/proc/self', false],
    ['/etc', false],
    ['/no/such/folder', false],
  ])('isMount of %s is %s', (path, mounted) => {
    expect(hand.isMount(path)).toBe(mounted)
  })

  test('move renames', () => {
    writeFileSync(at('f'), 'text')
    hand.move(at('f'), at('g'))
    expect(readdirSync(folder)).toEqual(['g'])
    expect(() => {
      hand.move(at('none'), at('h'))
    }).toThrow(StepError)
  })
})
