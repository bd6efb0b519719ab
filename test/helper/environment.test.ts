import { describe, expect, test } from 'vitest'

import { environmentFile } from '../../src/helper/environment.ts'

const file = (env: Record<string, string>): string => environmentFile(new Map(Object.entries(env)))

describe('values are quoted so that systemd reads them back', () => {
  test.each([
    ['plain', '"plain"'],
    ['', '""'],
    ['two words', '"two words"'],
    ['a"b', String.raw`"a\"b"`],
    [String.raw`a\b`, String.raw`"a\\b"`],
    [String.raw`a\"b`, String.raw`"a\\\"b"`],
    ['$HOME ${X}', String.raw`"\$HOME \${X}"`],
    ['`id`', String.raw`"\`id\`"`],
    ["it's", `"it's"`],
    ['# ; = %h', '"# ; = %h"'],
    ['{"a":["b"]}', String.raw`"{\"a\":[\"b\"]}"`],
    ['秀樹', '"秀樹"'],
    ['\\', String.raw`"\\"`],
  ])('%j', (value, quoted) => {
    expect(file({ TZ: value })).toBe(`TZ=${quoted}\n`)
  })
})

test('the file is sorted, one line a variable', () => {
  expect(file({ TZ: 'UTC', JUPYTERHUB_API_TOKEN: 't', LANG: 'C' })).toBe(
    'JUPYTERHUB_API_TOKEN="t"\nLANG="C"\nTZ="UTC"\n',
  )
  expect(file({})).toBe('')
})

const ALLOWED = `
  JUPYTERHUB_API_TOKEN JUPYTERHUB_SERVICE_URL JUPYTERHUB_USER JPY_API_TOKEN MEM_LIMIT MEM_GUARANTEE CPU_LIMIT
  CPU_GUARANTEE LANG LC_ALL TZ
`
test.each(ALLOWED.trim().split(/\s+/))('%s is allowed', (key) => {
  expect(file({ [key]: 'x' })).toContain(`${key}=`)
})

const REFUSED = `
  PATH LD_PRELOAD LD_LIBRARY_PATH PYTHONPATH PYTHONSTARTUP PYTHONHOME HOME SHELL USER BASH_ENV JUPYTER_CONFIG_DIR
  JUPYTER_PATH IPYTHONDIR TMPDIR XDG_CONFIG_HOME LC_ALL2 LANGUAGE JUPYTERHUB_SINGLEUSER_APP
  JUPYTERHUB_SINGLEUSER_EXTENSION JUPYTERHUB_ jupyterhub_user tz JUPYTERHUB_A=b JUPYTERHUB_Ä JUPYTERHUB_A1 __proto__
`
const SPACED = ['', 'JUPYTERHUB_A\nPATH', 'JUPYTERHUB_A ', ' TZ', 'TZ\n']
test.each([...REFUSED.trim().split(/\s+/), ...SPACED])('%j is refused by name', (key) => {
  expect(() => environmentFile(new Map([[key, 'x']]))).toThrow(
    /^the variable '[\u0020-\u007e]*' may not be set/,
  )
})

test.each([
  ['a newline', 'a\nPATH=/tmp', 'control characters'],
  ['a carriage return', 'a\rb', 'control characters'],
  ['a NUL', 'a\0b', 'control characters'],
  ['an escape', '\u001B[2J', 'control characters'],
  ['half a character', '\uD800', 'control characters'],
  ['8193 bytes', 'x'.repeat(8193), 'longer than 8192'],
  ['8193 bytes of two-byte letters', 'ä'.repeat(4097), 'longer than 8192'],
])('a value with %s is refused', (_, value, part) => {
  expect(() => file({ TZ: value })).toThrow(`the value of 'TZ'`)
  expect(() => file({ TZ: value })).toThrow(part)
})

test('a value may have 8192 bytes', () => {
  expect(file({ TZ: 'x'.repeat(8192) })).toHaveLength(8192 + 6)
})
