/** A running kernel and its one websocket. */
import { randomUUID } from 'node:crypto'

import { Conversation } from './conversation.ts'

interface KernelMessage {
  readonly msg_type: string
  readonly parent_header: { readonly msg_id?: string }
  readonly content: {
    readonly text?: string
    readonly data?: Readonly<Record<string, string>>
    readonly ename?: string
    readonly evalue?: string
    readonly execution_state?: string
  }
}

function request(id: string, code: string): string {
  const header = {
    msg_id: id,
    msg_type: 'execute_request',
    username: '',
    session: id,
    version: '5.3',
    date: '',
  }
  const content = { code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false }
  return JSON.stringify({ header, parent_header: {}, metadata: {}, content, channel: 'shell', buffers: [] })
}

/** What a person sees of a message in the notebook. */
function shown({ msg_type: type, content }: KernelMessage): string {
  switch (type) {
    case 'stream':
      return content.text ?? ''
    case 'execute_result':
      return content.data?.['text/plain'] ?? ''
    case 'error':
      return `${content.ename}: ${content.evalue}`
    default:
      return ''
  }
}

export class Kernel {
  readonly #conversation: Conversation

  private constructor(conversation: Conversation) {
    this.#conversation = conversation
  }

  static async open(socket: WebSocket): Promise<Kernel> {
    return new Kernel(await Conversation.open(socket))
  }

  /** Whether its websocket still stands. */
  get isOpen(): boolean {
    return this.#conversation.isOpen
  }

  /** Runs code; returns what the cell shows: output, result, or `Error: text`. @throws Error when the websocket ends. */
  async run(code: string, timeoutMs = 60_000): Promise<string> {
    const id = randomUUID()
    this.#conversation.send(request(id, code))
    let output = ''
    for (;;) {
      const message = JSON.parse(await this.#conversation.next(timeoutMs)) as KernelMessage
      if (message.parent_header.msg_id !== id) continue
      if (message.msg_type === 'status' && message.content.execution_state === 'idle') return output
      output += shown(message)
    }
  }

  /** Runs a shell command in a child of the kernel; returns its code and both outputs together. */
  async shell(command: string, timeoutMs = 60_000): Promise<{ code: number; output: string }> {
    const literal = JSON.stringify(command)
    const text = await this.run(
      `import json, subprocess as s; r = s.run(json.loads(${JSON.stringify(literal)}), shell=True, ` +
        'stdout=s.PIPE, stderr=s.STDOUT, text=True, errors="replace"); print(json.dumps([r.returncode, r.stdout]))',
      timeoutMs,
    )
    const [code, output] = JSON.parse(text) as [number, string]
    return { code, output }
  }

  close(): void {
    this.#conversation.close()
  }
}
