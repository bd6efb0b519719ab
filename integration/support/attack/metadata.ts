/** The address at which clouds hand out a machine's credentials, as a listener of this machine. */
import type { Machine } from '../machine.ts'
import { until } from '../until.ts'

/** The address, and the same one as programs with IPv6 sockets write it. */
export const METADATA_URLS = [
  'http://169.254.169.254:8254/',
  'http://[::ffff:169.254.169.254]:8254/',
] as const

/** Gives the machine the address, with somebody who answers. */
export async function metadata(machine: Machine): Promise<void> {
  await machine.sh('ip address add 169.254.169.254/32 dev lo')
  const server = ['/usr/bin/python3', '-I', '-m', 'http.server', '--bind', '169.254.169.254', '8254']
  await machine.ok(['systemd-run', '--quiet', '--working-directory=/usr/share/doc', ...server])
  await until(
    async () => machine.run(['curl', '-s', METADATA_URLS[0]]),
    ({ code }) => code === 0,
  )
}
