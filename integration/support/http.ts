/** One HTTP request. Not fetch: it says `sec-fetch-mode: cors`, and the hub gives no cookies to such a request. */
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

export interface HttpRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Milliseconds before the request is given up, default 60 000. */
  readonly timeoutMs?: number
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

// A restarted proxy closes kept connections, and the next request on one would fail.
const agent = new Agent({ keepAlive: false })

function headersOf(answer: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(answer.headersDistinct)) {
    for (const value of values) headers.append(name, value)
  }
  return headers
}

/** Sends a request and reads the whole answer. @throws Error when nobody answers in time. */
export async function http(url: string, options: HttpRequest): Promise<HttpAnswer> {
  const { method, headers, body, timeoutMs = 60_000 } = options
  const signal = AbortSignal.timeout(timeoutMs)
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(url, { method, headers, agent, signal }, resolve).once('error', reject).end(body)
  })
  return { status: answer.statusCode ?? 0, headers: headersOf(answer), text: await text(answer) }
}
