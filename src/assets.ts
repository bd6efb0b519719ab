/** The files that come with this release; reads nothing else. Works from src/ and from the bundle in dist/lib/. */
import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

import type { Assets, EnvironmentKind } from './hub/inputs.ts'

/** Folder of this release, with links resolved: `src/assets.ts` lies in src/, the bundle in lib/, both one below it. */
function releaseFolder(): string {
  const here = fileURLToPath(import.meta.url)
  return realpathSync(here).replace(/\/(src|lib)\/[^/]+$/, '')
}

/** Where this release lies. */
export const RELEASE = releaseFolder()

async function lock(kind: EnvironmentKind): Promise<{ text: string; digest: string }> {
  const text = await readFile(`${RELEASE}/environments/${kind}.txt`, 'utf8')
  return { text, digest: createHash('sha256').update(text).digest('hex').slice(0, 12) }
}

async function templates(): Promise<ReadonlyMap<string, string>> {
  const root = `${RELEASE}/templates`
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.hbs'))
  const pairs = files.map(async ({ parentPath, name }): Promise<[string, string]> => {
    const path = `${parentPath}/${name}`
    return [path.slice(root.length + 1, -'.hbs'.length), await readFile(path, 'utf8')]
  })
  return new Map(await Promise.all(pairs))
}

/** Templates and locks of this release. */
export async function loadAssets(): Promise<Assets> {
  const [texts, hub, server, user] = await Promise.all([
    templates(),
    lock('hub'),
    lock('server'),
    lock('user'),
  ])
  return { templates: texts, locks: { hub, server, user } }
}

const VERSION = /"version":\s*"([^"]+)"/
const ID = /"id":\s*"([^"]+)"/

/** Version and build of this release; the build is `source` when it runs from a checkout. */
export async function releaseVersion(): Promise<{ version: string; id: string }> {
  const built = await readFile(`${RELEASE}/version.json`, 'utf8').catch(() => undefined)
  const text = built ?? (await readFile(`${RELEASE}/package.json`, 'utf8'))
  return { version: VERSION.exec(text)?.[1] ?? '0', id: ID.exec(text)?.[1] ?? 'source' }
}
