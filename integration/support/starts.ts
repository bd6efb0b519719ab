/** A start as a person sees it: asking for a server and reading the events of its progress. */
import type { Client, Page } from './client.ts'
import { http } from './http.ts'

/** One event of the hub's progress API. */
export interface StartEvent {
  readonly progress: number
  readonly message?: string
  readonly ready?: boolean
  readonly failed?: boolean
}

/** Asks for the server as the button on the home page does. @returns the page where that ends */
export async function askForServer(client: Client): Promise<Page> {
  return client.request('/hub/spawn')
}

/** Reads the events of a start until it has ended (milliseconds). */
export async function startEvents(client: Client, timeoutMs = 120_000): Promise<readonly StartEvent[]> {
  const path = `/hub/api/users/${encodeURIComponent(client.name)}/server/progress`
  const headers = {
    cookie: client.cookies.header(path),
    referer: `${client.url}/hub/`,
    'x-xsrftoken': client.cookies.value('_xsrf', '/hub/') ?? '',
  }
  const { status, text } = await http(client.url + path, { method: 'GET', headers, timeoutMs })
  if (status !== 200) throw new Error(`progress of ${client.name}: ${status} ${text}`)
  return text
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => JSON.parse(line.slice('data:'.length)) as StartEvent)
}
