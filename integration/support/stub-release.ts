/** A release whose program only says how it was called: for tests of the bootstrap's own part. */
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { REPOSITORY } from './places.ts'
import { mustRun } from './process.ts'

const PROGRAM = "console.log('handed over: ' + process.argv.slice(2).join(' '))\n"

/** Writes a packed release to a file, with the real lock of the tools and the bootstrap beside it. */
export async function packStubRelease(file: string, id: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tljh-stub-'))
  try {
    await mkdir(join(folder, 'lib'))
    await writeFile(join(folder, 'lib/main.js'), PROGRAM)
    await writeFile(join(folder, 'version.json'), `${JSON.stringify({ version: '0.0.1', id })}\n`)
    for (const name of ['environments', 'machine', 'bootstrap.sh']) {
      await cp(join(REPOSITORY, name), join(folder, name), { recursive: true })
    }
    await chmod(folder, 0o755)
    await mustRun(['tar', '-czf', file, '-C', folder, '.'])
  } finally {
    await rm(folder, { recursive: true })
  }
}
