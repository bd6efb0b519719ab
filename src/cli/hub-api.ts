/** Asks the hub, with the token that only root and the hub have. */
import { request, type RequestOptions } from 'node:http'

import type { Reader } from '../host/host.ts'
import { CLI_TOKEN } from '../hub/units.ts'
import { readConfig } from './machine.ts'

const SOCKET = '/run/tljh-hub/hub.sock'
/** Milliseconds for one answer: the hub answers a start after 10 s at the latest. */
const ANSWER_MS = 30_000

interface HubAnswer {
  /** HTTP status; 0 when the hub does not answer. */
  readonly status: number
  /** Parsed JSON; undefined when there is none. */
  readonly body: unknown
}

const NONE: HubAnswer = { status: 0, body: undefined }

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** One request. @param path below the API, such as `users/ada` */
export type Ask = (method: string, path: string) => Promise<HubAnswer>

function answered(options: RequestOptions): Promise<HubAnswer> {
  return new Promise((resolve) => {
    const sent = request(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', () => resolve(NONE))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString()) }),
      )
    })
    sent.on('timeout', () => sent.destroy())
    sent.on('error', () => resolve(NONE))
    sent.end()
  })
}

/** The way to ask the hub; undefined when it does not answer. @throws ConfigError; HostError without config.yaml */
export async function openHub(reader: Reader): Promise<Ask | undefined> {
  const [token = '', { base_url: base }] = await Promise.all([reader.readFile(CLI_TOKEN), readConfig(reader)])
  const headers = { host: 'localhost', authorization: `token ${token.trim()}` }
  const ask: Ask = (method, path) =>
    answered({ socketPath: SOCKET, path: `${base}hub/api/${path}`, method, headers, timeout: ANSWER_MS })
  return (await ask('GET', '')).status === 200 ? ask : undefined
}
