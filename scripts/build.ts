/** Makes a release: node scripts/build.ts [--out FOLDER] [--pack FILE]. The same sources give the same bytes. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'

import { build, type BuildOptions } from 'esbuild'

const root = resolve(import.meta.dirname, '..')

/** What is copied as it is; of python/ only what runs. */
const copied = ['templates', 'python', 'environments', 'machine', 'bootstrap.sh']
const left = /(^|\/)(\.[^/]*|tests|__pycache__|[^/]*\.(pyc|ts|toml|in|excludes)|(requirements|uv)\.txt)(\/|$)/

interface BuiltFile {
  /** Path inside the release. */
  readonly path: string
  readonly bytes: Uint8Array
  readonly executable: boolean
}

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  write: false,
  logLevel: 'warning',
  legalComments: 'none',
}

// The folder names here only shape the paths in the answer; nothing is written.
const bundles: readonly BuildOptions[] = [
  {
    ...common,
    entryPoints: { main: 'src/main.ts' },
    outdir: 'dist/lib',
    format: 'esm',
    splitting: true,
    chunkNames: '[name]-[hash]',
    // handlebars calls require, which an ES module does not have.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  },
  {
    ...common,
    entryPoints: { helper: 'src/helper/main.ts' },
    outdir: 'dist/lib',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
  },
]

async function bundled(options: BuildOptions): Promise<BuiltFile[]> {
  const { outputFiles = [] } = await build(options)
  return outputFiles.map((file) => ({
    path: relative(join(root, 'dist'), file.path),
    bytes: file.contents,
    executable: false,
  }))
}

async function copies(name: string): Promise<BuiltFile[]> {
  const state = await stat(join(root, name)).catch(() => undefined)
  if (state === undefined || left.test(name)) return []
  if (state.isDirectory()) {
    const names = await readdir(join(root, name))
    return (await Promise.all(names.map(async (inside) => copies(join(name, inside))))).flat()
  }
  const bytes = await readFile(join(root, name))
  return [{ path: name, bytes, executable: (state.mode & 0o100) !== 0 }]
}

function contentId(files: readonly BuiltFile[]): string {
  const hash = createHash('sha256')
  for (const { path, bytes, executable } of files) {
    hash.update(`${path}\0${executable}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex').slice(0, 12)
}

/** Writes beside the old release and puts it in place by rename. */
async function writeRelease(out: string, files: readonly BuiltFile[]): Promise<void> {
  const fresh = `${out}.${process.pid}`
  for (const { path, bytes, executable } of files) {
    const target = join(fresh, path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, bytes)
    await chmod(target, executable ? 0o755 : 0o644)
  }
  await rm(out, { recursive: true, force: true })
  await rename(fresh, out)
}

function pack(out: string, file: string): void {
  const fixed = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=u+w,go-w']
  execFileSync('tar', [...fixed, '-I', 'gzip -n', '-cf', resolve(file), '-C', out, '.'])
}

const { values } = parseArgs({ options: { out: { type: 'string' }, pack: { type: 'string' } } })
const out = resolve(values.out ?? join(root, 'dist'))
const started = new Date()
const parts = await Promise.all([...bundles.map(bundled), ...copied.map(copies)])
const files = parts.flat().toSorted((a, b) => (a.path < b.path ? -1 : 1))
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
const about = JSON.stringify({ version, id: contentId(files) })
const aboutFile = { path: 'version.json', bytes: Buffer.from(`${about}\n`), executable: false }
await writeRelease(out, [...files, aboutFile])
// bootstrap.sh compares its time with the sources': one saved while this ran must count as newer.
await utimes(join(out, 'version.json'), started, started)
if (values.pack !== undefined) pack(out, values.pack)
console.log(`${out}: ${about}`)
