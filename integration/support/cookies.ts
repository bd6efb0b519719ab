/** A cookie jar that knows paths: the hub and each server keep cookies of the same name. */

interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
}

/** Reads one Set-Cookie header; undefined for one that deletes the cookie. */
function parseCookie(header: string): { readonly cookie: Cookie; readonly gone: boolean } {
  const [pair = '', ...attributes] = header.split(';').map((part) => part.trim())
  const equals = pair.indexOf('=')
  const attribute = (name: string): string | undefined =>
    attributes.find((text) => text.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1)
  const path = attribute('path') ?? '/'
  const expires = attribute('expires')
  const gone = attribute('max-age') === '0' || (expires !== undefined && Date.parse(expires) < Date.now())
  return { cookie: { name: pair.slice(0, equals), value: pair.slice(equals + 1), path }, gone }
}

export class CookieJar {
  #cookies: readonly Cookie[] = []

  /** Takes over what an answer sets and deletes. */
  keep(headers: Headers): void {
    for (const header of headers.getSetCookie()) {
      const { cookie, gone } = parseCookie(header)
      const others = this.#cookies.filter((old) => old.name !== cookie.name || old.path !== cookie.path)
      this.#cookies = gone ? others : [...others, cookie]
    }
  }

  /** The Cookie header for a path, the longest paths first as browsers send them. */
  header(path: string): string {
    return this.#matching(path)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
  }

  /** Value of the cookie that a page at this path sees first; undefined without one. */
  value(name: string, path: string): string | undefined {
    return this.#matching(path).find((cookie) => cookie.name === name)?.value
  }

  #matching(path: string): readonly Cookie[] {
    return this.#cookies
      .filter((cookie) => path.startsWith(cookie.path.replace(/\/$/, '')))
      .toSorted((a, b) => b.path.length - a.path.length)
  }
}
