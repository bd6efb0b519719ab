/** A websocket as a conversation: send, then read messages until one says that the answer is whole. */

export class Conversation {
  readonly #socket: WebSocket
  readonly #received: string[] = []
  #wake: () => void = () => undefined

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') this.#received.push(data)
      this.#wake()
    })
    socket.addEventListener('close', () => {
      this.#wake()
    })
  }

  /** Waits until the socket is open. @throws Error when it does not open. */
  static async open(socket: WebSocket): Promise<Conversation> {
    const conversation = new Conversation(socket)
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => {
        resolve()
      })
      socket.addEventListener('error', () => {
        reject(new Error(`websocket ${socket.url} does not open`))
      })
    })
    return conversation
  }

  /** Whether the connection still stands. */
  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN
  }

  send(text: string): void {
    this.#socket.send(text)
  }

  /** The next message. @throws Error when the connection ends or nothing comes in time (milliseconds). */
  async next(timeoutMs: number): Promise<string> {
    const deadline = Date.now() + timeoutMs
    for (;;) {
      const message = this.#received.shift()
      if (message !== undefined) return message
      if (!this.isOpen) throw new Error('the websocket was closed')
      if (Date.now() >= deadline) throw new Error(`nothing came over the websocket for ${timeoutMs} ms`)
      await this.#arrival(deadline - Date.now())
    }
  }

  async #arrival(timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs)
      this.#wake = (): void => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  close(): void {
    this.#socket.close()
  }
}
