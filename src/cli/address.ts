/** The address to open in a browser. */
import type { Config } from '../config/schema.ts'
import type { Reader } from '../host/host.ts'

/** `host` is a name or an IP address; empty for this machine's own loopback. */
export function addressOf({ http, base_url: base }: Config, host: string): string {
  const named = http.address === '' ? host : http.address
  const shown = named === '' ? '127.0.0.1' : named
  const port = http.port === 80 ? '' : `:${http.port}`
  return `http://${shown.includes(':') ? `[${shown}]` : shown}${port}${base}`
}

/** This machine's first address, empty when it has none. */
export async function hostAddress(reader: Reader): Promise<string> {
  const { stdout } = await reader.query(['hostname', '--all-ip-addresses'])
  return stdout.trim().split(/\s+/)[0] ?? ''
}
