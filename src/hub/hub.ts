/** What a JupyterHub server is: every resource, in the order in which it must exist. Pure. */
import type { Config } from '../config/schema.ts'
import type { Directory } from '../resources/directory.ts'
import type { File } from '../resources/file.ts'
import { ROOT } from '../resources/owner.ts'
import type { Wanted } from '../resources/resource.ts'
import { accounts, allowedServers, groups, peopleAccounts, rules } from './accounts.ts'
import { adoptions } from './adoptions.ts'
import { environment, interpreter, leftovers, links } from './environments.ts'
import { additions, early, volatile } from './folders.ts'
import type { Inputs } from './inputs.ts'
import { limitsFor } from './limits.ts'
import { peopleFile, policyFile } from './policy.ts'
import { proxyConfig } from './proxy.ts'
import { hubSettings } from './settings.ts'
import { render } from './template.ts'
import { CLI_TOKEN, CULLER_TOKEN, unitFiles, units } from './units.ts'

/** Packages of the distribution; the rest comes in the Python environments. */
const PACKAGES = ['ca-certificates', 'curl', 'libseccomp2', 'nginx', 'sudo'] as const

function command({ assets, release }: Inputs): File {
  const { path, node } = release
  const text = render(assets, 'usr/local/bin/tljh', { release: path, node })
  return { kind: 'file', path: '/usr/local/bin/tljh', text, mode: 0o755, ...ROOT }
}

/** A token that is made once and kept. */
function token(path: string, text: string): File {
  return { kind: 'file', path, text, mode: 0o600, ...ROOT, secret: true, once: true }
}

/** The whole server. @param own files of the operator that are about to be written, put in place first of all */
export function hub(config: Config, inputs: Inputs, own: readonly (Directory | File)[] = []): Wanted {
  const limits = limitsFor(config, inputs.machine)
  return [
    ...early,
    ...own,
    command(inputs),
    interpreter(inputs),
    // Slow, and side by side. The server's environment is the first: what the others share with it is then linked to
    // its files; at the same time each would fetch and keep its own.
    [{ kind: 'apt-packages', names: PACKAGES, mask: ['nginx.service'] }, environment('server', inputs)],
    [environment('hub', inputs), environment('user', inputs)],
    ...links(inputs),
    ...accounts,
    peopleAccounts(config, inputs),
    ...groups(config, inputs),
    ...rules(inputs),
    ...additions,
    ...volatile,
    token(CULLER_TOKEN, inputs.freshTokens.culler),
    token(CLI_TOKEN, inputs.freshTokens.cli),
    policyFile(config, inputs, limits),
    peopleFile(inputs),
    hubSettings(config, inputs, limits),
    proxyConfig(config, inputs),
    ...unitFiles(config, inputs, limits),
    ...adoptions(config, inputs),
    // Before the units: nobody who is locked goes on because the hub cannot start.
    allowedServers(inputs),
    ...units(config, inputs),
    ...leftovers(inputs),
  ]
}
