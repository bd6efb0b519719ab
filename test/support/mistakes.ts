/** What is said of a config. */
import { nameRule } from '../../src/cli/machine.ts'
import { parseConfig } from '../../src/config/load.ts'
import { ConfigError } from '../../src/errors.ts'

/** All its mistakes, one a line. */
export function mistakes(text: string): string {
  try {
    parseConfig(text, 'config.yaml', nameRule)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'no mistakes'
}
