/** Runs one attack in the attacker's kernel and judges it. An attack whose tool or target is missing is an error. */
import type { CommandResult } from '../../../src/host/host.ts'
import type { Scene } from './scene.ts'

/** root of the machine, alice in her kernel, or mallory's account outside the sandbox of her server. */
type Prover = 'root' | 'victim' | 'outsider'

export interface Attack {
  readonly id: string
  readonly attack: string
  /** Shell script for the attacker's kernel; ends with 0 exactly when the attack has worked. */
  readonly script: string
  /** Shows that the target is there and that this way leads to it: the same script by somebody who may. Default: root. */
  readonly control?: { readonly by?: Prover; readonly script?: string }
  /** A script for the attacker's kernel that must work: the same tool on something of the attacker's own. */
  readonly tool?: string
}

const NOT_FOUND = new Set([124, 126, 127])

/** Numbers that a script may use, looked up afresh: processes come and go. */
const NUMBERS = `
for unit in alice mallory; do echo "$unit=$(systemctl show -P MainPID jupyter@$unit)"; done
echo "hub=$(systemctl show -P MainPID jupyterhub)"
echo "treasure=$(pgrep -f 'sleep 100000[1]')"
`

async function outside({ machine }: Scene, script: string, user?: string): Promise<CommandResult> {
  return machine.run(['sh', '-c', script], user === undefined ? {} : { user })
}

async function prove(scene: Scene, by: Prover, script: string): Promise<CommandResult> {
  if (by === 'root') return outside(scene, script)
  if (by === 'outsider') return outside(scene, script, 'jupyter-mallory')
  const { code, output } = await scene.victim.shell(script)
  return { code, stdout: output, stderr: '' }
}

const brief = (text: string): string => text.trim().split('\n').slice(-5).join(' | ').slice(0, 600)

/** `closed`, `OPEN` with what came out, or `ERROR` with what is wrong with the attack itself. */
export async function verdict(scene: Scene, { script, control, tool }: Attack): Promise<string> {
  const numbers = (await scene.machine.sh(NUMBERS)).replaceAll('=\n', '=0\n')
  const proof = await prove(scene, control?.by ?? 'root', numbers + (control?.script ?? script))
  if (proof.code !== 0)
    return `ERROR: the control fails (${proof.code}): ${brief(proof.stdout + proof.stderr)}`
  if (tool !== undefined) {
    const { code, output } = await scene.attacker.shell(numbers + tool)
    if (code !== 0)
      return `ERROR: the tool does not work in the attacker's kernel (${code}): ${brief(output)}`
  }
  const { code, output } = await scene.attacker.shell(numbers + script)
  if (NOT_FOUND.has(code)) return `ERROR: the attack did not run (${code}): ${brief(output)}`
  return code === 0 ? `OPEN: ${brief(output)}` : 'closed'
}
