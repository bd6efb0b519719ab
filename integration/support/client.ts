/** A person at the hub without a browser: pages, forms, API calls, kernels and terminals over HTTP and websockets. */
import { setTimeout as sleep } from 'node:timers/promises'

import { CookieJar } from './cookies.ts'
import { http, type HttpAnswer } from './http.ts'
import { Kernel } from './kernel.ts'
import { Terminal } from './terminal.ts'

export interface Page extends HttpAnswer {
  /** Path and query where the redirects ended. */
  readonly path: string
}

export interface RequestOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Fields of a form; makes it a POST. */
  readonly form?: Readonly<Record<string, string>>
  /** A form that is encoded already: for bytes that are no text. */
  readonly encoded?: string
  /** A value sent as JSON. */
  readonly json?: unknown
  /** Whether redirects are followed, default true. */
  readonly follow?: boolean
}

/** How the hub answered a login. */
export type LoginOutcome = 'in' | 'choose' | 'refused'

const MAX_REDIRECTS = 20

function bodyOf(options: RequestOptions): { body?: string; type?: string } {
  const form = options.encoded ?? (options.form && new URLSearchParams(options.form).toString())
  if (form !== undefined) return { body: form, type: 'application/x-www-form-urlencoded' }
  if (options.json !== undefined) return { body: JSON.stringify(options.json), type: 'application/json' }
  return {}
}

/** The part of a path that names a hub user, as JupyterHub escapes it. */
function escapeName(name: string): string {
  return encodeURIComponent(name).replaceAll('%40', '@')
}

export class Client {
  /** Origin of the hub, without a slash at the end. */
  readonly url: string
  readonly cookies = new CookieJar()
  /** Hub name of the person, after login. */
  name = ''

  constructor(url: string) {
    this.url = url
  }

  /** Path of the person's own server. */
  get home(): string {
    return `/user/${escapeName(this.name)}/`
  }

  /** One request and the redirects after it. @throws Error after 20 redirects, or when nobody answers. */
  async request(path: string, options: RequestOptions = {}): Promise<Page> {
    let next = path
    let now = options
    for (let hops = 0; hops < MAX_REDIRECTS; hops += 1) {
      const answer = await this.#once(next, now)
      const location = answer.headers.get('location')
      if (location === null || answer.status < 300 || answer.status >= 400 || options.follow === false) {
        return { ...answer, path: next }
      }
      const target = new URL(location, this.url + next)
      next = target.pathname + target.search
      now = {}
    }
    throw new Error(`${path}: more than ${MAX_REDIRECTS} redirects`)
  }

  async #once(path: string, options: RequestOptions): Promise<HttpAnswer> {
    const { body, type } = bodyOf(options)
    const answer = await http(this.url + path, {
      method: options.method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        cookie: this.cookies.header(path.replace(/\?.*/, '')),
        ...(type === undefined ? {} : { 'content-type': type }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body }),
    })
    this.cookies.keep(answer.headers)
    return answer
  }

  /** Fills in the login page. @returns in, choose (it was a one-time password), or refused. */
  async login(name: string, password: string): Promise<LoginOutcome> {
    await this.request('/hub/login')
    const page = await this.#submit('/hub/login?next=%2Fhub%2Fhome', { username: name, password })
    this.name = name
    if (page.path.startsWith('/hub/choose-password')) return 'choose'
    return page.path.startsWith('/hub/home') ? 'in' : 'refused'
  }

  /** Answers the page that follows a one-time password. @throws Error when the hub does not take the new one. */
  async choosePassword(password: string): Promise<void> {
    const page = await this.#submit('/hub/choose-password?next=%2Fhub%2Fhome', {
      new: password,
      again: password,
    })
    if (!page.path.startsWith('/hub/home')) {
      throw new Error(`the new password was not taken: ${page.status} at ${page.path}`)
    }
  }

  /** Logs in, choosing a password of one's own where the hub asks for it. @throws Error when refused. */
  async enter(name: string, password: string, chosen: string): Promise<void> {
    const outcome = await this.login(name, password)
    if (outcome === 'refused') throw new Error(`${name} was refused`)
    if (outcome === 'choose') await this.choosePassword(chosen)
  }

  async #submit(path: string, fields: Readonly<Record<string, string>>): Promise<Page> {
    const token = this.cookies.value('_xsrf', '/hub/') ?? ''
    return this.request(path, { form: { ...fields, _xsrf: token }, headers: { referer: this.url + path } })
  }

  /** A call to the hub's API with the person's own rights; the path comes after /hub/api/. */
  async api(method: string, path: string, json?: unknown): Promise<Page> {
    return this.#call('/hub/', `api/${path}`, { method, json })
  }

  /** A call to the API of the person's server; the path comes after /user/NAME/. */
  async server(method: string, path: string, json?: unknown): Promise<Page> {
    return this.#call(this.home, path, { method, json })
  }

  async #call(root: string, path: string, options: RequestOptions): Promise<Page> {
    const token = this.cookies.value('_xsrf', root) ?? ''
    const headers = { 'x-xsrftoken': token, referer: this.url + root, accept: 'application/json' }
    return this.request(root + path, { ...options, headers })
  }

  /** Asks for the server and waits until JupyterLab's page comes. @throws Error when it does not within the time. */
  async spawn(timeoutMs = 90_000): Promise<void> {
    const deadline = Date.now() + timeoutMs
    let page = await this.request('/hub/spawn')
    while (Date.now() < deadline) {
      page = await this.request(`${this.home}lab`)
      if (page.status === 200 && page.text.includes('jupyter-config-data')) return
      await sleep(200)
    }
    const state = await this.api('GET', `users/${escapeName(this.name)}`)
    throw new Error(`no server for ${this.name}: ${page.status} at ${page.path}; the hub says ${state.text}`)
  }

  /** Stops the server. @throws Error when the hub refuses. */
  async stopServer(): Promise<void> {
    const page = await this.api('DELETE', `users/${escapeName(this.name)}/server`)
    if (page.status !== 202 && page.status !== 204) throw new Error(`stop: ${page.status} ${page.text}`)
  }

  /** Starts a kernel and opens its websocket. */
  async kernel(): Promise<Kernel> {
    return this.openKernel(await this.startKernel())
  }

  /** Starts a kernel. @returns its id */
  async startKernel(): Promise<string> {
    const page = await this.server('POST', 'api/kernels', { name: 'python3' })
    if (page.status !== 201) throw new Error(`kernel: ${page.status} ${page.text}`)
    return (JSON.parse(page.text) as { id: string }).id
  }

  /** Opens a websocket to a kernel that runs. */
  async openKernel(id: string): Promise<Kernel> {
    return Kernel.open(this.#socket(`api/kernels/${id}/channels`))
  }

  /** Starts a terminal and opens its websocket. */
  async terminal(): Promise<Terminal> {
    const page = await this.server('POST', 'api/terminals', {})
    if (page.status !== 200) throw new Error(`terminal: ${page.status} ${page.text}`)
    const { name } = JSON.parse(page.text) as { name: string }
    return Terminal.open(this.#socket(`terminals/websocket/${name}`))
  }

  #socket(path: string): WebSocket {
    const headers = { cookie: this.cookies.header(this.home + path), origin: this.url }
    return new WebSocket(this.url.replace('http', 'ws') + this.home + path, { headers })
  }
}
