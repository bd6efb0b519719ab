/** Tries the attacks of an operator or instructor from their own server. */
import type { Kernel } from '../kernel.ts'
import type { RoleAttack } from './roles.ts'

/** How an attack ended. */
export interface Tried {
  readonly name: string
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Two at once: the machine has two cores, and each try is a process. */
const PROGRAM = `
import concurrent.futures, json, subprocess
def attempt(words, text):
    done = subprocess.run(['sudo', '-n', *words], input=text.encode(), capture_output=True, timeout=60)
    return [done.returncode, done.stdout.decode(errors='replace'), done.stderr.decode(errors='replace')]
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    print(json.dumps(list(pool.map(lambda each: attempt(*each), json.loads(TRIES)))))
`
const LIMIT_MS = 240_000

/** Tries all of them. @returns how each ended, in the same order */
export async function tryRoles(kernel: Kernel, attacks: readonly RoleAttack[]): Promise<readonly Tried[]> {
  const tries = JSON.stringify(attacks.map(({ argv, input = '' }) => [argv, input]))
  const said = await kernel.run(`TRIES = ${JSON.stringify(tries)}\n${PROGRAM}`, LIMIT_MS)
  const ended = JSON.parse(said) as readonly [number, string, string][]
  return ended.map(([code, stdout, stderr], at) => ({ name: attacks[at]?.name ?? '', code, stdout, stderr }))
}
