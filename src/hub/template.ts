/** A template and its values to text. An unknown name in a template is an error, not an empty place. */
import Handlebars from 'handlebars'

import { BugError } from '../errors.ts'
import type { Assets } from './inputs.ts'

function hasPath(values: unknown, [first, ...rest]: readonly string[]): boolean {
  if (first === undefined) return true
  if (typeof values !== 'object' || values === null) return false
  const entry = Object.entries(values).find(([key]) => key === first)
  return entry !== undefined && hasPath(entry[1], rest)
}

/** `strict` lets an unknown name in a condition pass as false: a sandbox option would go missing without a word. */
function checkConditions(text: string, values: object): void {
  for (const [whole, path = ''] of text.matchAll(/\{\{#(?:if|unless|each)\s+([\w.]+)/g)) {
    if (!hasPath(values, path.split('.'))) throw new Error(`${whole}}}: there is no ${path}`)
  }
}

/** The template `name`, filled in. @throws BugError when it does not exist or names a value that is not given */
export function render(assets: Assets, name: string, values: object): string {
  const text = assets.templates.get(name)
  if (text === undefined) throw new BugError(`this release has no template ${name}`)
  try {
    checkConditions(text, values)
    return Handlebars.compile(text, { strict: true, noEscape: true, knownHelpersOnly: true })(values)
  } catch (error) {
    throw new BugError(`the template ${name} cannot be filled in: ${String(error)}`, { cause: error })
  }
}
