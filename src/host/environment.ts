/** The environment of every command that we start: the same everywhere, plus what the package clients need. Pure. */

const SEARCH_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
/** Who rewrites TLS here is known to the machine's own store, and every client is to trust that. */
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'
/** Settings of the operator that the package clients understand; everything else of the caller's environment stays out. */
const HANDED_ON = /^(https?_proxy|no_proxy|all_proxy|pip_.*|uv_.*|ssl_cert_(file|dir))$/i

/** @param own the environment of this process @param extra what one command needs beside it */
export function commandEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const environment: Record<string, string> = {
    PATH: SEARCH_PATH,
    HOME: '/root',
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    DEBIAN_FRONTEND: 'noninteractive',
    SSL_CERT_FILE: CERTIFICATES,
  }
  for (const [key, value] of Object.entries(own)) {
    if (value !== undefined && HANDED_ON.test(key)) environment[key] = value
  }
  return { ...environment, ...extra }
}
