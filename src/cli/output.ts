/** Every line that the tool prints. Results go to standard output, everything else to standard error. */
import { styleText } from 'node:util'

import type { Progress } from '../engine/apply.ts'
import type { Change } from '../engine/plan.ts'
import { showStep } from '../host/step.ts'
import type { Step } from '../host/step.ts'

/** The part of a stream that output needs. */
export interface Sink {
  write(text: string, done?: (error?: Error | null) => void): unknown
  readonly isTTY?: boolean
  /** Width of the terminal. */
  readonly columns?: number
}

export interface OutputOptions {
  readonly json: boolean
  readonly verbose: boolean
  readonly out: Sink
  readonly err: Sink
}

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow'

/** One frame a tenth of a second: enough to see that something happens. */
const FRAME_MS = 100
const FRAMES = ['-', '\\', '|', '/']

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

export class Output {
  readonly #options: OutputOptions
  readonly #running = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #frame = 0

  constructor(options: OutputOptions) {
    this.#options = options
  }

  get json(): boolean {
    return this.#options.json
  }

  #style(style: Style, text: string, stream: Sink): string {
    const colour = stream.isTTY === true && (process.env['NO_COLOR'] ?? '') === ''
    return colour ? styleText(style, text, { validateStream: false }) : text
  }

  /** A line of the result. */
  line(text = ''): void {
    this.#options.out.write(`${text}\n`)
  }

  /** A result that is a whole document, as it is. */
  raw(text: string): void {
    this.#options.out.write(text)
  }

  /** The result as an object, when it was asked for with --json. */
  object(value: unknown): void {
    this.#options.out.write(`${JSON.stringify(value, undefined, 2)}\n`)
  }

  /** Waits until the result so far has been taken. @returns false when the reader is gone */
  async delivered(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#options.out.write('', (error) => resolve(error === undefined || error === null))
    })
  }

  /** A line about what is going on. */
  note(text: string): void {
    this.#clear()
    this.#options.err.write(`${text}\n`)
  }

  /** A heading or the most important word of a result. */
  strong(text: string): string {
    return this.#style('bold', text, this.#options.out)
  }

  warn(text: string): void {
    this.note(`${this.#style('yellow', 'warning:', this.#options.err)} ${text}`)
  }

  error(text: string): void {
    this.stop()
    this.note(`${this.#style('red', 'error:', this.#options.err)} ${text}`)
  }

  /** The plan, one line a change with its steps under it. */
  plan(changes: readonly Change[]): void {
    for (const { id, steps } of changes) {
      this.line(`${this.#style('green', '~', this.#options.out)} ${id}`)
      for (const step of steps) this.line(`    ${showStep(step)}`)
    }
  }

  #clear(): void {
    if (this.#timer !== undefined) this.#options.err.write('\r\u001B[2K')
  }

  #draw(): void {
    const names = [...this.#running].map(([id, since]) => `${id} (${seconds(performance.now() - since)})`)
    this.#frame += 1
    const frame = FRAMES[this.#frame % FRAMES.length] ?? ''
    // One column less than there are: a line that wraps could not be cleared.
    const text = `${frame} ${names.join(', ')}`.slice(0, (this.#options.err.columns ?? 80) - 1)
    this.#options.err.write(`\r\u001B[2K${text}`)
  }

  /** Ends the moving line, if there is one. */
  stop(): void {
    this.#clear()
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Progress of `apply`: a moving line on a terminal, a line at the end of each resource elsewhere. */
  progress(): Progress {
    return {
      start: (id) => {
        this.#running.set(id, performance.now())
        if (this.#options.err.isTTY === true) this.#timer ??= setInterval(() => this.#draw(), FRAME_MS)
      },
      step: (id: string, step: Step) => {
        if (this.#options.verbose)
          this.note(this.#style('dim', `     ${id}: ${showStep(step)}`, this.#options.err))
      },
      done: (id, ms) => {
        this.#running.delete(id)
        if (this.#running.size === 0) this.stop()
        this.note(`${this.#style('green', 'ok', this.#options.err)}   ${id} (${seconds(ms)})`)
      },
    }
  }
}
