import { expect, test } from 'vitest'

import type { Facts } from '../../src/preflight/facts.ts'
import { showBytes } from '../../src/preflight/rule.ts'
import { testRows } from './rule-rows.ts'
import type { Row } from './rule-rows.ts'
import { places, roomy, healthy } from './samples.ts'

const { leftovers } = healthy
const options = (...words: string[]): Partial<Facts['places'][number]> => ({ options: new Set(words) })
const left = (changed: Partial<Facts['leftovers']>): Partial<Facts> => ({
  leftovers: { ...leftovers, ...changed },
})
const room = (bytes: number): Partial<Facts> => ({
  places: places({ '/opt': { room: roomy({ freeBytes: bytes }) } }),
})
const inodes = (free: number): Partial<Facts> => ({
  places: places({ '/opt': { room: roomy({ freeInodes: free }) } }),
})
const apartVar = (bytes: number): Partial<Facts> => ({
  places: places({ '/var': { point: '/var', room: roomy({ freeBytes: bytes }) } }),
})

const ROWS: readonly Row[] = [
  {
    name: '/opt read-only',
    id: 'writable',
    facts: { places: places({ '/opt': options('ro') }) },
    level: 'stop',
    says: ['/opt is read-only'],
  },
  {
    name: '/home read-only',
    id: 'writable',
    facts: { places: places({ '/home': options('ro') }) },
    level: 'stop',
  },
  {
    name: '/opt noexec',
    id: 'executable',
    facts: { places: places({ '/opt': options('rw', 'noexec') }) },
    level: 'stop',
  },
  {
    name: '/home noexec',
    id: 'executable',
    facts: { places: places({ '/home': options('rw', 'noexec') }) },
    level: 'warn',
  },
  {
    name: '/home nosuid',
    id: 'executable',
    facts: { places: places({ '/home': options('rw', 'nosuid') }) },
    level: 'ok',
  },
  {
    name: '/tmp noexec',
    id: 'executable',
    facts: { places: places({ '/tmp': options('rw', 'noexec') }) },
    level: 'ok',
  },
  {
    name: '1.9 GB free',
    id: 'space',
    facts: room(1.99e9),
    level: 'stop',
    says: ['1.9 GB free for /opt; 2 GB is needed'],
  },
  { name: '2 GB free', id: 'space', facts: room(2e9), level: 'ok' },
  { name: '300 MB free on a re-run', id: 'space', facts: room(300e6), wanted: { rerun: true }, level: 'ok' },
  {
    name: '299 MB free on a re-run',
    id: 'space',
    facts: room(299e6),
    wanted: { rerun: true },
    level: 'stop',
  },
  {
    name: '1 GB free after a run that broke off',
    id: 'space',
    facts: { ...room(1e9), ...left({ installation: 'half' }) },
    level: 'ok',
  },
  { name: 'a full /var of its own', id: 'space', facts: apartVar(100e6), level: 'stop', says: ['for /var'] },
  {
    name: 'a full /var of its own on a re-run',
    id: 'space',
    facts: apartVar(100e6),
    wanted: { rerun: true },
    level: 'ok',
  },
  { name: '59 999 inodes', id: 'inodes', facts: inodes(59_999), level: 'stop' },
  {
    name: '59 999 inodes on a re-run',
    id: 'inodes',
    facts: inodes(59_999),
    wanted: { rerun: true },
    level: 'ok',
  },
  {
    name: 'btrfs',
    id: 'inodes',
    facts: { places: places({ '/opt': { room: roomy({ freeInodes: 0, totalInodes: 0 }) } }) },
    level: 'none',
  },
]

testRows(ROWS)

test.each([
  { bytes: 899_999_999, want: '899 MB' },
  { bytes: 2e9, want: '2 GB' },
  { bytes: 1_999_999_999, want: '1.9 GB' },
  { bytes: 0, want: '0 MB' },
])('showBytes: $want', ({ bytes, want }) => {
  expect(showBytes(bytes)).toBe(want)
})
