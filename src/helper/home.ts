/**
 * A new home. It is made aside, in a folder that only root may enter, and moved into place when it is whole: it is
 * never open to others, never half there, and nobody can put a link in the way. (`useradd -m` ends with 0 when the
 * owner or mode is wrong, and takes a folder that is there already.)
 */
import { HostError, StepError } from '../errors.ts'
import { slugOf } from '../people/names.ts'
import type { Context } from './context.ts'

interface Home {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
}

function checkHomes({ hand, policy: { homes } }: Context): void {
  const state = hand.lstat(homes)
  if (state?.type !== 'directory' || state.uid !== 0 || (state.mode & 0o022) !== 0) {
    throw new HostError(
      `${homes} is not a folder of root that only root may write; mend it, then start the server again`,
    )
  }
}

function perform({ hand }: Context, argv: readonly string[]): void {
  const { code, stderr } = hand.run(argv)
  if (code !== 0)
    throw new StepError(`the new home could not be made: ${stderr.trim() || `exit code ${code}`}`)
}

function fill(context: Context, folder: string, { uid, gid }: Home): void {
  const { hand, paths } = context
  if (hand.lstat(paths.skeleton)?.type === 'directory') {
    const options = ['--recursive', '--no-dereference', '--preserve=mode', '--no-target-directory']
    perform(context, ['/usr/bin/cp', ...options, '--', paths.skeleton, folder])
  } else {
    hand.makeDirectory(folder, 0o700)
  }
  hand.setMode(folder, 0o700)
  perform(context, ['/usr/bin/chown', '--recursive', '--no-dereference', `${uid}:${gid}`, '--', folder])
}

/** Makes a home with mode 0700 from the skeleton; there must be none. @throws HostError, StepError */
export function makeHome(context: Context, want: Home): void {
  const { hand, policy } = context
  checkHomes(context)
  const aside = `${policy.homes}/.tljh-new-${slugOf(want.name)}`
  hand.remove(aside)
  hand.makeDirectory(aside, 0o700)
  try {
    fill(context, `${aside}/home`, want)
    if (hand.lstat(want.home) !== undefined)
      throw new HostError(`${want.home} came into being meanwhile; look at it`)
    hand.move(`${aside}/home`, want.home)
  } finally {
    hand.remove(aside)
  }
}
