/** The configuration of the front door. */
import type { Config } from '../config/schema.ts'
import type { File } from '../resources/file.ts'
import type { Inputs } from './inputs.ts'
import { render } from './template.ts'

export const NGINX_CONF = '/opt/tljh/proxy/nginx.conf'

/** Values of nginx's `listen`: one address, or all of them. */
export function listen({ address, port }: Config['http'], hasIpv6: boolean): string[] {
  if (address !== '') return [`${address.includes(':') ? `[${address}]` : address}:${port} default_server`]
  const all = [`${port} default_server`]
  return hasIpv6 ? [...all, `[::]:${port} default_server`] : all
}

/** nginx's configuration; readable by the proxy alone. */
export function proxyConfig(config: Config, { assets, machine }: Inputs): File {
  const text = render(assets, 'opt/tljh/proxy/nginx.conf', {
    base: config.base_url,
    pattern: config.base_url.replaceAll('.', String.raw`\.`),
    listen: listen(config.http, machine.hasIpv6),
  })
  return { kind: 'file', path: NGINX_CONF, text, mode: 0o640, owner: 'root', group: 'tljh-proxy' }
}
