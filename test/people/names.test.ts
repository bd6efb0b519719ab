import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'

import { assert, constantFrom, oneof, property, string, stringMatching } from 'fast-check'
import { describe, expect, test } from 'vitest'

import { BugError } from '../../src/errors.ts'
import { escapeName, HASH_DIGITS, parseHubName, slugOf, unixName } from '../../src/people/names.ts'
import { vectors } from './vectors.ts'

describe('unixName', () => {
  test.each(vectors)("gives %s TLJH's name %s", (hubName, unix) => {
    expect(unixName(hubName)).toBe(unix)
  })

  test.each([
    ['first.last@x', 'jupyter-first-last-x-'],
    ['a+b', 'jupyter-a-b-'],
    ['ann@uni.example.org', 'jupyter-ann-uni-example-o-'],
    ['秀樹', 'jupyter-u-'],
    ['..', 'jupyter-u-'],
  ])('cleans %s and adds the hash', (hubName, start) => {
    expect(unixName(hubName)).toMatch(new RegExp(`^${start}[0-9a-f]{5}$`))
  })

  test('a cleaned name is one that systemd-sysusers takes', () => {
    for (const digits of HASH_DIGITS) {
      expect(unixName(`${'first.last@'.repeat(5)}university.edu`, digits)).toHaveLength(31)
    }
  })

  test('a longer hash keeps to 32 bytes and differs from the shorter one', () => {
    const names = HASH_DIGITS.map((digits) => unixName('student-2026-spring-001', digits))
    expect(new Set(names).size).toBe(HASH_DIGITS.length)
    expect(names.every((name) => name.length === 32)).toBe(true)
    expect(unixName('bob', 8)).toMatch(/^jupyter-bob-[0-9a-f]{8}$/)
  })
})

const GOOD = `
  a 0 bob first.last a@b a+b a-b a_b 123456 root bob@uni.edu a.-.b con null true a--b 1e5
  hub user api admin constructor tostring ${'x'.repeat(64)}
`
  .trim()
  .split(/\s+/)

describe('parseHubName', () => {
  test.each(GOOD)('accepts %s as it is', (name) => {
    expect(parseHubName(name)).toEqual({ ok: true, name })
  })

  test.each([
    ['BOB', 'bob'],
    ['Ann.Smith@Uni.EDU', 'ann.smith@uni.edu'],
  ])('%s is the same name as %s', (typed, name) => {
    expect(parseHubName(typed)).toEqual({ ok: true, name })
  })

  /* Each is refused; what is shown is printable ASCII. */
  test.each([
    ['', 'is empty'],
    ['-rf', 'does not begin with'],
    ['-ou0', 'does not begin with'],
    ['~root', 'has ~'],
    ['.', 'does not begin with'],
    ['..', 'does not begin with'],
    ['...', 'does not begin with'],
    ['a..b', 'two dots'],
    ['a.', 'does not end'],
    ['bob-', 'does not end'],
    ['bob@', 'does not end'],
    ['_bob', 'does not begin'],
    ['@bob', 'does not begin'],
    ['+bob', 'does not begin'],
    ['a/b', 'has /'],
    ['../../etc/cron.d/x', 'has /'],
    ['a\\b', String.raw`has \ `.trim()],
    ['bob\nx:x:0:0::/:/bin/sh', String.raw`'bob\u{a}x`],
    ['bob\n', String.raw`'bob\u{a}'`],
    ['bob\tx', String.raw`'bob\u{9}x'`],
    ['bob\r', String.raw`'bob\u{d}'`],
    ['bob\0', String.raw`'bob\u{0}'`],
    ['bob\u001B[2J', String.raw`'bob\u{1b}[2J'`],
    ['bob\u007F', String.raw`'bob\u{7f}'`],
    ['bob ', 'has a space'],
    [' bob', 'has a space'],
    ['bob smith', 'has a space'],
    ['bob;id', 'has ;'],
    ['`id`', 'has `'],
    ['$(id)', 'has $'],
    ["bob'x", "has '"],
    ['bob"x', 'has "'],
    ['%i%u', 'has %'],
    ['bob%2f', 'has %'],
    ['bob:x', 'has :'],
    ['bob,ann', 'has ,'],
    ['bob=1', 'has ='],
    ['bob*', 'has *'],
    ['jupyter-*', 'has *'],
    ['bob#', 'has #'],
    ['!bob', 'has !'],
    ['bob|x', 'has |'],
    ['__proto__', 'does not begin'],
    ['jos\u00E9', String.raw`jos\u{e9}`],
    ['jose\u0301', String.raw`jose\u{301}`],
    ['bob\u212A', String.raw`reads like \`bobk\``.replaceAll('\\`', '`')],
    ['\uFF42\uFF4F\uFF42', 'reads like `bob`'],
    ['b\u043Eb', String.raw`b\u{43e}b`],
    ['bob\u200B', String.raw`bob\u{200b}`],
    ['bo\u200Db', String.raw`bo\u{200d}b`],
    ['bob\u202Egnp', String.raw`bob\u{202e}gnp`],
    ['\uFEFFbob', String.raw`\u{feff}bob`],
    ['bo\u00ADb', String.raw`bo\u{ad}b`],
    ['bob\u0085', String.raw`bob\u{85}`],
    ['bob\u2028', String.raw`bob\u{2028}`],
    ['\u{1F600}', String.raw`\u{1f600}`],
    ['秀樹', String.raw`\u{79c0}\u{6a39}`],
    ['bob\uDCFF', String.raw`bob\u{dcff}`],
    ['bob\uFFFD', String.raw`bob\u{fffd}`],
    ['\u0130', String.raw`\u{130}`],
    ['stra\u00DFe', String.raw`stra\u{df}e`],
    ['\uFB01n', 'reads like `fin`'],
    ['bob\u00B2', 'reads like `bob2`'],
    ['x'.repeat(65), 'longer than 64'],
  ])('refuses %j', (name, part) => {
    const parsed = parseHubName(name)
    expect(parsed.ok).toBe(false)
    const reason = parsed.ok ? '' : parsed.reason
    expect(reason).toContain(part)
    expect(reason).toMatch(/^the name '[\u0020-\u007E]*…?' [\u0020-\u007E]+$/)
  })
})

test('a very long name is shown in part', () => {
  const parsed = parseHubName('x'.repeat(70_000))
  expect(parsed.ok ? '' : parsed.reason).toBe(`the name '${'x'.repeat(80)}…' is longer than 64 characters`)
})

const hubNames = stringMatching(/^[a-z0-9]([a-z0-9._@+-]{0,62}[a-z0-9])?$/).filter(
  (name) => !name.includes('..'),
)

describe('for every name', () => {
  test('a normal form is its own normal form', () => {
    assert(
      property(oneof(hubNames, string({ unit: 'binary' }), string({ unit: 'grapheme' })), (text) => {
        const parsed = parseHubName(text)
        return !parsed.ok || isDeepStrictEqual(parseHubName(parsed.name), parsed)
      }),
    )
  })

  test('what the rule describes is accepted, in capitals too', () => {
    assert(
      property(hubNames, (name) => {
        expect(parseHubName(name)).toEqual({ ok: true, name })
        expect(parseHubName(name.toUpperCase())).toEqual({ ok: true, name })
      }),
    )
  })

  test('the unix name is portable, short and always the same', () => {
    assert(
      property(oneof(hubNames, string({ unit: 'binary' })), constantFrom(...HASH_DIGITS), (name, digits) => {
        const unix = unixName(name, digits)
        expect(unix).toMatch(/^jupyter-[a-z0-9_-]{1,24}$/)
        expect(unixName(name, digits)).toBe(unix)
        expect(`jupyter-${slugOf(unix)}`).toBe(unix)
      }),
    )
  })

  test('what is shown is printable ASCII of limited length', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(escapeName(text)).toMatch(/^[\u0020-\u007E]{0,720}…?$/)
      }),
    )
  })
})

test.each(['root', 'jupyter-', 'jupyter-A', 'jupyter-a.b', 'jupyter-a/b', `jupyter-${'x'.repeat(25)}`])(
  'slugOf refuses %s',
  (unix) => {
    expect(() => slugOf(unix)).toThrow(BugError)
  },
)

test('the copy of the vectors is the shared file, where that is at hand', () => {
  let shared = ''
  try {
    shared = readFileSync(new URL('../../../shared/vectors/names.tsv', import.meta.url), 'utf8')
  } catch {
    return
  }
  const rows = shared.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  expect(rows).toEqual(vectors.map((row) => row.join('\t')))
})
