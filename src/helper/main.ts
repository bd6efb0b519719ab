/**
 * The root helper: one process a request, started by systemd with the connection as standard input and output.
 * `PEER=%i` in the environment says who connected. `--root FOLDER` puts a folder before every path, for tests.
 */
import { parseArgs } from 'node:util'

import { hand, writeDescriptor } from '../host/sync.ts'
import { Refusal } from './answer.ts'
import { pathsUnder } from './paths.ts'
import { mayAsk } from './peer.ts'
import { REQUEST_MAX } from './request.ts'
import { type Machine, refuse, serve, type Served } from './serve.ts'

/** Milliseconds for the whole request line to come. */
const INPUT_MS = 10_000

/** Reads until the first newline, the end of the input, or one byte more than is allowed. */
async function readLine(): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let size = 0
  const timer = setTimeout(() => {
    process.stdin.destroy(new Refusal('bad-request', `no request came within ${INPUT_MS / 1000} s`))
  }, INPUT_MS)
  try {
    for await (const chunk of process.stdin) {
      const bytes = Buffer.from(chunk)
      chunks.push(bytes)
      size += bytes.length
      if (bytes.includes(10) || size > REQUEST_MAX + 1) break
    }
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(chunks)
}

async function served(machine: Machine): Promise<Served> {
  try {
    if (!mayAsk(process.env['PEER'], hand.readText(machine.paths.passwd) ?? '')) {
      return refuse(
        new Refusal('denied', 'only the hub may ask the helper', `asked by '${process.env['PEER']}'`),
      )
    }
    return serve(await readLine(), machine)
  } catch (error) {
    return refuse(error)
  }
}

function reply({ answer, log }: Served): void {
  writeDescriptor(2, log)
  try {
    writeDescriptor(1, `${JSON.stringify(answer)}\n`)
  } catch {
    writeDescriptor(2, '<4>nobody waited for the answer\n')
  }
}

const { root } = parseArgs({ options: { root: { type: 'string', default: '' } } }).values
void served({ paths: pathsUnder(root), hand }).then(reply)
