/** A new home for a person whose server starts. */
import { HostError } from '../errors.ts'
import { makeHome as make } from '../host/home.ts'
import type { Context } from './context.ts'

/** Makes a home where the policy says that homes lie; there must be none. @throws HostError, StepError */
export function makeHome(
  { hand, paths, policy }: Context,
  want: { readonly slug: string; readonly home: string; readonly uid: number; readonly gid: number },
): void {
  const { homes, mount } = policy
  if (mount && !hand.isMount(homes))
    throw new HostError(`${homes} is not mounted, and homes.mount says it must be; mount it, then try again`)
  make(hand, { ...want, homes, skeleton: paths.skeleton })
}
