import { scryptSync } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import {
  hashOneTimePassword,
  hashPassword,
  oneTimeOver,
  oneTimePassword,
  verifyPassword,
  weakness,
} from '../../src/people/passwords.ts'

const stored = hashPassword('correct horse battery')

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')

describe('hashes', () => {
  test('say how they were made and never twice the same', () => {
    expect(stored).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(hashPassword('correct horse battery')).not.toBe(stored)
  })

  test('know the password in every form that reads the same, and no other', () => {
    expect(verifyPassword('correct horse battery', stored)).toBe(true)
    expect(verifyPassword('correct horse battery ', stored)).toBe(false)
    expect(verifyPassword('Correct horse battery', stored)).toBe(false)
    const composed = hashPassword('caf\u00E9 au lait')
    expect(verifyPassword('cafe\u0301 au lait', composed)).toBe(true)
  })

  test('of one-time passwords are quick to make and known again', () => {
    const hash = hashOneTimePassword('kq7m-2222-aaaa-bbbb')
    expect(hash).toMatch(/^\$scrypt\$ln=8,r=8,p=1\$/)
    expect(verifyPassword('kq7m-2222-aaaa-bbbb', hash)).toBe(true)
    expect(verifyPassword('kq7m-2222-aaaa-bbbc', hash)).toBe(false)
  })

  test('of other costs are understood', () => {
    const salt = Buffer.alloc(16, 5)
    const hash = scryptSync('correct horse', salt, 64, { N: 1024, r: 4, p: 2 })
    const text = `$scrypt$ln=10,r=4,p=2$${base64(salt)}$${base64(hash)}`
    expect(verifyPassword('correct horse', text)).toBe(true)
    expect(verifyPassword('correct house', text)).toBe(false)
    expect(verifyPassword('correct horse', text.replace('p=2', 'p=3'))).toBe(false)
  })

  test.each([
    undefined,
    '',
    '!',
    '$scrypt$ln=14,r=8,p=5$$',
    '$scrypt$ln=31,r=8,p=1$' + 'A'.repeat(22) + '$' + 'A'.repeat(43),
  ])('%j belongs to no password', (text) => {
    expect(verifyPassword('', text)).toBe(false)
    expect(verifyPassword('password', text)).toBe(false)
  })
})

describe('one-time passwords', () => {
  test('are four groups of four that nobody misreads', () => {
    const made = Array.from({ length: 500 }, oneTimePassword)
    expect(made.every((text) => /^[a-hjkmnp-z2-9]{4}(?:-[a-hjkmnp-z2-9]{4}){3}$/.test(text))).toBe(true)
    expect(new Set(made).size).toBe(500)
    const letters = new Set(made.join('').replaceAll('-', ''))
    expect(letters.size).toBe(31)
    expect(16 * Math.log2(letters.size)).toBeGreaterThan(75)
    expect(made.filter((text) => weakness(text, 'bob') !== undefined)).toEqual([])
  })

  const now = Date.parse('2026-09-30T00:00:00Z')
  test.each([
    ['2026-09-30T00:00:00Z', false],
    ['2026-08-31T00:00:01Z', false],
    ['2026-08-30T23:00:00Z', true],
    ['2026-10-30T00:00:00Z', true],
    ['nonsense', true],
  ])('of %s are over: %s', (changedAt, over) => {
    expect(oneTimeOver(changedAt, now)).toBe(over)
  })
})

describe('the rule', () => {
  test.each([
    ['correct horse battery', 'bob', 'good'],
    ['xkcd-936 rocks', 'bob', 'good'],
    ['a salty sea breeze', 'al', 'good'],
    ['ünïcödé schlüssel', 'bob', 'good'],
    [
      '\u{1F600}\u{1F601}\u{1F602}\u{1F603}\u{1F604}\u{1F605}\u{1F606}\u{1F607}\u{1F608}\u{1F609}',
      'bob',
      'good',
    ],
    ['short', 'bob', 'at least 10'],
    ['', 'bob', 'at least 10'],
    ['123456789', 'bob', 'at least 10'],
    ['bob-the-builder', 'bob-the-builder', 'your name'],
    ['Alice2026xyz!', 'alice', 'your name'],
    ['\uFF41lice-forever', 'alice', 'your name'],
    ['aaaaaaaaaaaaaaa', 'bob', 'different'],
    ['abababababababab', 'bob', 'different'],
    ['1234567890', 'bob', 'tried first'],
    ['Password123', 'bob', 'tried first'],
    ['P@ssw0rd2026', 'bob', 'tried first'],
    ['qwertyuiop', 'bob', 'tried first'],
    ['JupyterHub1!', 'bob', 'tried first'],
    ['welcome-2026', 'bob', 'tried first'],
    ['x1y2'.repeat(300), 'bob', '1024 bytes'],
  ])('says about %j of %s: %s', (password, name, part) => {
    expect(weakness(password, name) ?? 'good').toContain(part)
  })
})
