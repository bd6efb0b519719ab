/** Names and numbers for new people: a range, and what the machine has already. */
import { accountNames, usedIds } from '../host/account-files.ts'
import type { IdRange } from './ledger.ts'

/** The texts of /etc/passwd and /etc/group. */
interface Texts {
  readonly passwd: string
  readonly group: string
}

/** @param read asked once, and only when somebody new comes */
export function idRangeOf(range: Pick<IdRange, 'min' | 'max' | 'homes'>, read: () => Texts): IdRange {
  let texts: Texts | undefined
  let used: ReadonlySet<number> | undefined
  const known = (): Texts => (texts ??= read())
  return {
    ...range,
    taken(id) {
      used ??= usedIds(known().passwd, known().group)
      return used.has(id)
    },
    occupied: (unixName) => accountNames(known().passwd).has(unixName),
  }
}
