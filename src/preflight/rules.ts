/** All rules, and what they find: facts and wishes in, findings out; pure. */
import type { Facts } from './facts.ts'
import type { Finding, Level } from './finding.ts'
import type { Decided } from './rule.ts'
import { networkRules } from './rules-network.ts'
import { softwareRules } from './rules-software.ts'
import { storageRules } from './rules-storage.ts'
import { systemRules } from './rules-system.ts'

const ORDER: Readonly<Record<Level, number>> = { stop: 0, ask: 1, warn: 2, ok: 3 }

/** What every rule finds, the worst first, else in the order of the rules. */
export function findings(facts: Facts, wanted: Decided): readonly Finding[] {
  const rules = [...systemRules, ...storageRules, ...networkRules, ...softwareRules]
  const all = rules.flatMap((rule) => rule(facts, wanted))
  return all.toSorted((one, other) => ORDER[one.level] - ORDER[other.level])
}
