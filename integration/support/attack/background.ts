/** Programs that go on in a person's kernel after the cell has ended. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Kernel } from '../kernel.ts'

/** Starts a program of this folder as children of the kernel, one for each list of arguments. */
export async function startIn(
  kernel: Kernel,
  program: string,
  each: readonly (readonly string[])[],
): Promise<void> {
  const text = readFileSync(join(import.meta.dirname, program), 'utf8')
  const said = await kernel.run(
    `import pathlib, subprocess, sys
path = pathlib.Path.home() / ${JSON.stringify(program)}
path.write_text(${JSON.stringify(text)})
children = [subprocess.Popen([sys.executable, "-I", path, *a]) for a in ${JSON.stringify(each)}]
print([c.poll() for c in children])`,
  )
  if (!said.startsWith('[None')) throw new Error(`${program} did not start: ${said}`)
}

/** Ends what startIn started last. */
export async function endIn(kernel: Kernel): Promise<void> {
  await kernel.run('for c in children: c.kill(); c.wait()')
}
