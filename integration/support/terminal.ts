/** A terminal of a person's server. */
import { randomUUID } from 'node:crypto'

import { Conversation } from './conversation.ts'

export class Terminal {
  readonly #conversation: Conversation

  private constructor(conversation: Conversation) {
    this.#conversation = conversation
  }

  static async open(socket: WebSocket): Promise<Terminal> {
    return new Terminal(await Conversation.open(socket))
  }

  /** Types a command; returns what the screen shows until it has ended, the typed line included. */
  async run(command: string, timeoutMs = 60_000): Promise<string> {
    const mark = randomUUID().slice(0, 8)
    // Typed in two parts, so that the echo of the line is not taken for its output.
    const typed = `${command}; echo ${mark.slice(0, 4)}''${mark.slice(4)}\r`
    this.#conversation.send(JSON.stringify(['stdin', typed]))
    let screen = ''
    while (!screen.includes(mark)) {
      const [channel, text] = JSON.parse(await this.#conversation.next(timeoutMs)) as [string, string]
      if (channel === 'stdout') screen += text
    }
    return screen.replace(mark, '').replaceAll('\r', '')
  }

  /** Types a command; returns only what it prints, without the newlines at its end. */
  async prints(command: string, timeoutMs?: number): Promise<string> {
    const screen = await this.run(`printf '<%s>' "$(${command})"`, timeoutMs)
    return /<((?!%s)[^>]*)>/.exec(screen)?.[1] ?? screen
  }

  close(): void {
    this.#conversation.close()
  }
}
