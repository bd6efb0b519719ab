/**
 * Runs the project's tools on the Node that package-lock.json pins, whatever Node and npm the machine has (>= 18, >= 9):
 *   test [VITEST ARGUMENT…]   all tests; installs the Debian packages that they need when some are missing
 *   check                     types, lint, format, dead code, unit and Python tests
 *   node FILE [ARGUMENT…]     a script
 *   PROGRAM [ARGUMENT…]       any other program
 * Plain JavaScript, because an old Node starts it. The pinned Node is taken from its package and not from
 * node_modules/.bin, where npm 9 and 10 drop the link.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const bin = join(root, 'node_modules', `node-linux-${process.arch}`, 'bin')
const node = join(bin, 'node')

// chromium and python3-venv for the browser and the Python tests, the others for the machines.
const packages = ['mmdebstrap', 'systemd-container', 'passt', 'chromium', 'python3-venv']

const environment = {
  ...process.env,
  PATH: `${bin}${delimiter}${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}`,
  // A network that rewrites TLS is known to the machine's certificate store.
  NODE_USE_SYSTEM_CA: '1',
}

/** Why this process ends early: nothing to say when the command that failed has said it. */
class Ended extends Error {
  constructor(code, message = '') {
    super(message)
    this.code = code
  }
}

/** Runs a command to its end. @throws Ended with its code when that is not 0. */
function must(program, ...rest) {
  const { status, error } = spawnSync(program, rest, { cwd: root, env: environment, stdio: 'inherit' })
  if (status !== 0) throw new Ended(status ?? 1, error ? `${program}: ${error.message}` : '')
}

function missingPackages() {
  if (!existsSync('/usr/bin/dpkg-query')) return []
  return packages.filter((name) => {
    const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Abbrev}', name], {
      encoding: 'utf8',
    })
    return !stdout.startsWith('ii')
  })
}

/** Machine tests skip themselves where a package is missing, so this only helps. */
function installPackages() {
  const missing = missingPackages()
  if (missing.length === 0) return
  if (process.getuid?.() !== 0) {
    console.error(`for all tests, as root: apt-get install ${missing.join(' ')}`)
    return
  }
  environment.DEBIAN_FRONTEND = 'noninteractive'
  console.error(`installing for the tests: ${missing.join(' ')}`)
  must('apt-get', '-qq', 'update')
  must('apt-get', '-qqy', '-o', 'Dpkg::Use-Pty=0', 'install', '--no-install-recommends', ...missing)
}

function vitest(...options) {
  must(node, join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...options)
}

function test(options) {
  const projects = options.filter((_, index) => options[index - 1] === '--project')
  if (projects.length === 0 || projects.includes('integration')) {
    installPackages()
    must(node, 'scripts/build.ts')
  }
  vitest(...options)
}

function check() {
  must('tsc')
  must('oxlint')
  must('oxfmt', '--check')
  must('knip')
  vitest('--project', 'unit', '--project', 'python')
}

function run([verb = 'test', ...rest]) {
  if (!existsSync(node)) {
    throw new Ended(
      69,
      `${node} is missing: run \`npm ci\` (with optional packages) on Linux, x86_64 or aarch64`,
    )
  }
  if (verb === 'test') test(rest)
  else if (verb === 'check') check()
  else if (verb === 'node') must(node, ...rest)
  else must(verb, ...rest)
}

try {
  run(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof Ended)) throw error
  if (error.message !== '') console.error(error.message)
  process.exitCode = error.code
}
