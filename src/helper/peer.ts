/** Who is on the other side of the socket, as PID 1 saw it. Pure. */
import { parsePasswd } from '../host/account-files.ts'

/**
 * The uid in the instance name of an `Accept=yes` unit: `NR-PID-UID`, since systemd 258 `NR-COOKIE-PID_PIDFD-UID`.
 * undefined when there is none (a caller from another name space is `unknown`).
 */
export function peerUid(instance: string | undefined): number | undefined {
  const uid = /^\d+-(?:\d+-)?\d+(?:_\d+)?-(\d{1,10})$/.exec(instance ?? '')?.[1]
  return uid === undefined ? undefined : Number(uid)
}

/** True for root and for the hub's own account. */
export function mayAsk(instance: string | undefined, passwd: string): boolean {
  const uid = peerUid(instance)
  if (uid === undefined) return false
  return uid === 0 || parsePasswd(passwd).some((entry) => entry.name === 'tljh-hub' && entry.uid === uid)
}
