/** config.yaml as a resource. */
import type { File } from '../resources/file.ts'
import { ROOT } from '../resources/owner.ts'
import { PATHS } from './context.ts'

/** The operator's file; its text is hidden, because settings of a login may be secrets. */
export function configFile(text: string): File {
  return { kind: 'file', path: PATHS.config, text, mode: 0o600, ...ROOT, secret: true }
}
