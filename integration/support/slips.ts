/** Claim slips as whoever hands them out reads them. */
import { readFileSync } from 'node:fs'

import type { Machine } from './machine.ts'

export interface Slip {
  readonly name: string
  readonly password: string
}

const SLIP = /<dd class="name[^"]*">([^<]+)<\/dd>[\s\S]*?<dd class="password">([^<]+)<\/dd>/g

/** The slips of a page, in its order. */
export function slipsIn(page: string): readonly Slip[] {
  return [...page.matchAll(SLIP)].map(([, name = '', password = '']) => ({ name, password }))
}

/** The slips in a file of a machine. */
export function readSlips(machine: Machine, path: string): readonly Slip[] {
  return slipsIn(readFileSync(machine.path(path), 'utf8'))
}
