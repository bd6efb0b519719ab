/** Copies a folder for somebody else, as root: part of the synchronous hand. */
import {
  chmodSync,
  constants,
  copyFileSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs'

/** Numbers of an owner. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

function copyEntry(from: string, to: string, owner: Owner): void {
  const state = lstatSync(from)
  const mode = state.mode & 0o777
  if (state.isDirectory()) {
    mkdirSync(to, { mode: 0o700 })
    copyEntries(from, to, owner)
    chmodSync(to, mode)
  } else if (state.isSymbolicLink()) symlinkSync(readlinkSync(from), to)
  else if (state.isFile()) {
    copyFileSync(from, to, constants.COPYFILE_EXCL)
    chmodSync(to, mode)
  } else return
  lchownSync(to, owner.uid, owner.gid)
}

/**
 * Copies what is in a folder into another one that only root enters; set-id bits, devices and pipes are left out.
 * @throws what Node throws for a system error
 */
export function copyEntries(from: string, to: string, owner: Owner): void {
  for (const name of readdirSync(from)) copyEntry(`${from}/${name}`, `${to}/${name}`, owner)
}
