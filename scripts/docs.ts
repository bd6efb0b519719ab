/** Writes docs/configuration.md from the schema: node scripts/docs.ts */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { configurationPage } from './configuration-page.ts'

await writeFile(join(import.meta.dirname, '../docs/configuration.md'), configurationPage())
