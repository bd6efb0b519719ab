/**
 * A new home. It is made aside, in a folder that only root may enter, and moved into place when it is whole: it is
 * never open to others, never half there, and nobody can put a link in the way. (`useradd -m` ends with 0 when the
 * owner or mode is wrong, and takes a folder that is there already.)
 */
import { HostError } from '../errors.ts'
import type { PathState } from './host.ts'
import type { HomesStep } from './step.ts'
import { type Hand, hand as ours, rename, syncFolder } from './sync.ts'

/** A home as it will be. */
export interface Home {
  /** The folder of homes: root's, with nobody else writing to it. */
  readonly homes: string
  /** A name that no other home is made under at the same time. */
  readonly slug: string
  readonly home: string
  readonly uid: number
  readonly gid: number
  /** What it begins with; an empty home where this is no folder. */
  readonly skeleton: string
}

/** Why homes may not be made in a folder, as a sentence; undefined when they may. */
export function homesObstacle(homes: string, state: PathState | undefined): string | undefined {
  if (state === undefined)
    return `there is no folder ${homes}; make it: sudo mkdir --mode=755 --parents ${homes}`
  if (state.type === 'directory' && state.uid === 0 && (state.mode & 0o022) === 0) return undefined
  return `${homes} is not a folder of root that only root may write; mend it, then try again`
}

/** Where a home is made until it is whole. */
export const asideOf = (homes: string, slug: string): string => `${homes}/.tljh-new-${slug}`

/** Makes a home with mode 0700; there must be none. @throws HostError, StepError */
export function makeHome(hand: Hand, want: Home): void {
  const wrong = homesObstacle(want.homes, hand.lstat(want.homes))
  if (wrong !== undefined) throw new HostError(wrong)
  const aside = asideOf(want.homes, want.slug)
  hand.remove(aside)
  hand.makeDirectory(aside, 0o700)
  try {
    const fresh = `${aside}/home`
    hand.makeDirectory(fresh, 0o700)
    if (hand.lstat(want.skeleton)?.type === 'directory') hand.copyInto(want.skeleton, fresh, want)
    hand.setOwner(fresh, want)
    if (hand.lstat(want.home) !== undefined)
      throw new HostError(`${want.home} came into being meanwhile; look at it`)
    hand.move(fresh, want.home)
  } finally {
    hand.remove(aside)
  }
}

/** Makes many homes, and waits for the disk once. @throws HostError, StepError */
export function makeHomes({ folder, skeleton, homes }: HomesStep): void {
  for (const home of homes) makeHome({ ...ours, move: rename }, { ...home, homes: folder, skeleton })
  syncFolder(`${folder}/.`)
}
