/** Global setup of the integration project: can machines run here, and the images that tests boot. */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { TestProject } from 'vitest/node'

import type { Image, Images } from './images.ts'
import { installedImage } from './installed.ts'
import type { Suite } from './machine.ts'
import { MACHINE_SH, MACHINE_STATE, REPOSITORY } from './places.ts'
import { mustRun, runProcess } from './process.ts'

/** An hour: a slow network bakes slowly. */
const BAKE_MS = 3_600_000

async function bareImage(suite: Suite): Promise<Image> {
  return { name: (await mustRun([MACHINE_SH, 'bake', suite], { timeoutMs: BAKE_MS })).trim() }
}

/** A failed installation fails the tests that need it, not those on bare machines. */
async function orError(work: Promise<Image>): Promise<Image> {
  return work.catch((error: unknown) => ({ name: '', error: String(error) }))
}

/** An image that no test of this run names is not worth a minute. */
const unwanted: Image = {
  name: '',
  error: 'not made: no file of this run named its suite when the run began',
}

/** The suites on which the chosen test files (all, unless the command line names some) want an installed machine. */
async function wantedSuites(project: TestProject): Promise<ReadonlySet<Suite>> {
  const named = process.argv.slice(2).filter((argument) => argument.endsWith('.test.ts'))
  const { testFiles } = await project.globTestFiles(named)
  const texts = await Promise.all(testFiles.map(async (file) => readFile(file, 'utf8')))
  const installed = texts.filter((text) => text.includes("'installed'"))
  const suites: Suite[] = installed.length === 0 ? [] : ['bookworm']
  return new Set(installed.some((text) => text.includes("'trixie'")) ? [...suites, 'trixie'] : suites)
}

async function makeImages(folder: string, wanted: ReadonlySet<Suite>): Promise<Images> {
  const tarball = join(folder, 'release.tar.gz')
  const build = [process.execPath, 'scripts/build.ts', '--out', join(folder, 'dist'), '--pack', tarball]
  const built = mustRun(build, { cwd: REPOSITORY })
  const [bookworm, trixie] = await Promise.all([bareImage('bookworm'), bareImage('trixie')])
  const onTop = async (suite: Suite, bare: Image): Promise<Image> =>
    wanted.has(suite) ? orError(built.then(async () => installedImage(suite, bare, tarball))) : unwanted
  const installed = await Promise.all([onTop('bookworm', bookworm), onTop('trixie', trixie)])
  return {
    bare: { bookworm, trixie },
    installed: { bookworm: installed[0], trixie: installed[1] },
    owner: process.pid,
  }
}

/** Removes what an interrupted run left: machines outlive their tests when the fixtures' ends do not come. */
async function removeOwn(): Promise<void> {
  const names = await readdir(join(MACHINE_STATE, 'machine')).catch(() => [])
  for (const name of names.filter((machine) => machine.startsWith(`t${process.pid}-`))) {
    await runProcess([MACHINE_SH, 'remove', name])
  }
}

/** Provides the images, or the reason why there are none. @throws Error in CI where machines cannot run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const answer = await runProcess([MACHINE_SH, 'can'])
  const reason = answer.code === 0 ? '' : answer.stderr.trim()
  if (reason !== '' && process.env['CI'] !== undefined) throw new Error(reason)
  project.provide('noMachines', reason)
  if (reason !== '') return async () => undefined
  await mustRun([MACHINE_SH, 'sweep'])
  const folder = await mkdtemp(join(tmpdir(), 'tljh-release-'))
  try {
    project.provide('images', await makeImages(folder, await wantedSuites(project)))
  } finally {
    await rm(folder, { recursive: true })
  }
  return removeOwn
}
