/** The installed image: a layer on a bare one, made by running the real bootstrap in a machine once. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Image } from './images.ts'
import { Machine, type Suite } from './machine.ts'
import { MACHINE_STATE, REPOSITORY } from './places.ts'
import { showFailure } from './process.ts'

const IMAGES = join(MACHINE_STATE, 'image')

/** Old images of a suite that stay for other checkouts of the project on this host. */
const KEPT = 3

const bootstrap = join(REPOSITORY, 'bootstrap.sh')

/** Holds a lock file while the work runs: one installs, others wait and then find the image. */
async function locked<T>(file: string, work: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', [file, 'sh', '-c', 'echo locked; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(holder.stdout, 'data')
  try {
    return await work()
  } finally {
    holder.stdin.end()
  }
}

/** The one-time password in what the installation printed. */
export function printedPassword(output: string): string | undefined {
  return /password[^:\n]*:\s*(\S+)/i.exec(output)?.[1]
}

async function install(
  suite: Suite,
  bare: Image,
  tarball: string,
): Promise<{ machine: Machine; output: string }> {
  const images = { bookworm: bare, trixie: bare }
  const machine = await Machine.boot(
    { image: 'bare', suite },
    { bare: images, installed: images, owner: process.pid },
  )
  try {
    await copyFile(tarball, machine.path('/root/release.tar.gz'))
    await copyFile(bootstrap, machine.path('/root/bootstrap.sh'))
    const command = ['sh', '/root/bootstrap.sh', '--admin', 'boss']
    const env = { TLJH_TARBALL: '/root/release.tar.gz' }
    const result = await machine.run(command, { env, timeoutMs: 900_000 })
    if (result.code !== 0) throw new Error(showFailure(command, result))
    return { machine, output: result.stdout + result.stderr }
  } catch (error) {
    await machine.remove()
    throw error
  }
}

function forgetOld(prefix: string): void {
  const old = readdirSync(IMAGES)
    .filter((name) => name.startsWith(prefix) && name.endsWith('.password'))
    .map((name) => name.slice(0, -'.password'.length))
    .toSorted((a, b) => statSync(join(IMAGES, b)).ctimeMs - statSync(join(IMAGES, a)).ctimeMs)
    .slice(KEPT)
  for (const name of old) {
    for (const suffix of ['', '.below', '.password', '.lock']) {
      rmSync(join(IMAGES, name + suffix), { recursive: true, force: true })
    }
  }
}

/** Makes the installed image of a suite unless the cache holds one of this very release and bootstrap. */
export async function installedImage(suite: Suite, bare: Image, tarball: string): Promise<Image> {
  const hash = createHash('sha256').update(bare.name)
  for (const file of [tarball, bootstrap]) hash.update(readFileSync(file))
  const name = `installed-${suite}-${hash.digest('hex').slice(0, 12)}`
  const passwordFile = join(IMAGES, `${name}.password`)
  mkdirSync(IMAGES, { recursive: true })
  return locked(join(IMAGES, `${name}.lock`), async () => {
    // The password is written last, so its file says that the image is whole.
    if (!existsSync(passwordFile)) {
      const { machine, output } = await install(suite, bare, tarball)
      await machine.keep(name)
      writeFileSync(passwordFile, printedPassword(output) ?? '', { mode: 0o600 })
      forgetOld(`installed-${suite}-`)
    }
    return { name, password: readFileSync(passwordFile, 'utf8') }
  })
}
