/** Names of unix groups that people may be put into: one rule for config.yaml and for rosters. Pure. */

const SHAPE = /^[a-z_][a-z0-9_-]{0,31}$/
/** Groups that decide what the services and people of the hub may do, and each person's own group. */
const OURS = /^(?:tljh|jupyter|jupyterhub)-/

/** What is wrong with the name of a group, as what was expected instead; undefined when it is right. */
export function groupProblem(name: string): string | undefined {
  if (!SHAPE.test(name)) return 'expected the name of a unix group: lower-case letters, digits, - and _'
  if (OURS.test(name)) return 'expected another name: groups of the hub itself begin like this'
  // The one key that a checked mapping would leave out without a word.
  if (name === '__proto__') return 'expected another name'
  return undefined
}
