/** The login form as a visitor uses it, and what the page says. */
import { Client, type Page } from './client.ts'
import type { Machine } from './machine.ts'

/** How the hub answered a form. */
export interface Answer {
  readonly status: number
  /** What the page says in its red line; undefined without one. */
  readonly message: string | undefined
  readonly page: Page
}

const percent = (byte: number): string => `%${byte.toString(16).padStart(2, '0')}`

/** A text, or bytes that are no text, as a form carries it. */
const encoded = (value: string | Uint8Array): string => [...Buffer.from(value)].map(percent).join('')

/** Sends a form with the token of the page that the browser saw last. */
export async function post(
  client: Client,
  path: string,
  form: Readonly<Record<string, string | Uint8Array>>,
): Promise<Answer> {
  const fields = { ...form, _xsrf: client.cookies.value('_xsrf', '/hub/') ?? '' }
  const body = Object.entries(fields).map(([key, value]) => `${key}=${encoded(value)}`)
  const page = await client.request(path, {
    encoded: body.join('&'),
    headers: { referer: client.url + path },
  })
  const message = /class="(?:login_error|alert alert-danger)[^>]*>\s*([^<]*?)\s*</.exec(page.text)?.[1]
  return { status: page.status, message, page }
}

/** Where a login leads: without it the hub would start a server at once. */
const LOGIN = '/hub/login?next=%2Fhub%2Fhome'

/** Sends the login form from a browser. */
export async function knockFrom(
  client: Client,
  username: string | Uint8Array,
  password: string,
): Promise<Answer> {
  await client.request(LOGIN)
  return post(client, LOGIN, { username, password })
}

/** Sends the login form from a new browser. */
export async function knock(machine: Machine, username: string, password: string): Promise<Answer> {
  return knockFrom(new Client(machine.url), username, password)
}

/** Whether the answer to a login is the page behind the door. */
export const isIn = ({ page }: Answer): boolean => page.path === '/hub/home'
