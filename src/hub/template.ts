/** A template and its values to text. An unknown name in a template is an error, not an empty place. */
import Handlebars from 'handlebars'

import { BugError } from '../errors.ts'
import type { Assets } from './inputs.ts'

/** The template `name`, filled in. @throws BugError when it does not exist or names a value that is not given */
export function render(assets: Assets, name: string, values: object): string {
  const text = assets.templates.get(name)
  if (text === undefined) throw new BugError(`this release has no template ${name}`)
  try {
    return Handlebars.compile(text, { strict: true, noEscape: true, knownHelpersOnly: true })(values)
  } catch (error) {
    throw new BugError(`the template ${name} cannot be filled in: ${String(error)}`, { cause: error })
  }
}
