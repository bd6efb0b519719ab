/** A terminal, or a file, that keeps what is written to it. */
import { Output } from '../../src/cli/output.ts'
import type { OutputOptions, Sink } from '../../src/cli/output.ts'

export interface Kept extends Sink {
  /** Everything that was written so far. */
  text: string
}

function sink(about: Pick<Sink, 'isTTY' | 'columns'> = {}): Kept {
  const kept: Kept = {
    ...about,
    text: '',
    write: (text, done) => {
      kept.text += text
      done?.()
    },
  }
  return kept
}

/** An output with both its streams. */
export function outputs(options: Partial<OutputOptions> & { terminal?: boolean; columns?: number } = {}): {
  output: Output
  out: Kept
  err: Kept
} {
  const { terminal = false, columns = 80, json = false, verbose = false } = options
  const [out, err] = [sink({ isTTY: terminal, columns }), sink({ isTTY: terminal, columns })]
  return { output: new Output({ json, verbose, out, err }), out, err }
}
