/** Rules about packages and about what was here before. */
import { ok, trouble } from './finding.ts'
import type { Finding } from './finding.ts'
import type { Rule } from './rule.ts'

const aptLock: Rule = ({ packages: { holders, updating } }) => {
  if (holders.length === 0 && updating.length === 0)
    return ok('apt-lock', 'nobody else works with apt', '/proc/locks')
  const names = [...new Set(holders.map(({ pid, program }) => `${program} (process ${pid})`)), ...updating]
  return trouble('apt-lock', 'warn', {
    what: `apt is in use by ${names.join(', ')}; the installation waits for it`,
    evidence: [
      ...holders.map(({ pid, path }) => `${path}: ${pid}`),
      ...updating.map((unit) => `${unit} is running`),
    ].join('; '),
    fix: 'wait; what is going on: journalctl -f -u apt-daily -u apt-daily-upgrade',
  })
}

/** Names shown of a long list. */
const SHOWN = 5

function showNames(names: readonly string[]): string {
  const rest = names.length - SHOWN
  return `${names.slice(0, SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

const dpkg: Rule = ({ packages: { dpkg: state, interrupted, holders } }) => {
  const whole = state.broken.length === 0 && !interrupted
  if (whole || holders.length > 0) {
    return ok('dpkg', whole ? 'packages are in order' : 'packages are being installed', 'dpkg-query')
  }
  return trouble('dpkg', 'warn', {
    what: interrupted ? 'dpkg was interrupted' : `not wholly installed: ${showNames(state.broken)}`,
    evidence: interrupted
      ? '/var/lib/dpkg/updates is not empty'
      : `dpkg-query: ${state.broken.length} packages`,
    fix: 'dpkg --configure -a && apt-get --fix-broken install',
  })
}

const seccomp: Rule = ({ packages: { dpkg: state } }) =>
  state.installed.has('libseccomp2')
    ? ok('seccomp', 'system calls can be filtered', 'libseccomp2 is installed')
    : trouble('seccomp', 'warn', {
        what: 'libseccomp2 is missing; it will be installed',
        evidence:
          'dpkg-query; without it newer releases of systemd leave parts of a sandbox out and say nothing',
        fix: 'apt-get install libseccomp2',
      })

const tljh: Rule = ({ leftovers: { tljh: traces } }): readonly Finding[] => {
  if (traces.length === 0) return [ok('tljh', 'no other hub in /opt/tljh', 'no traces found')]
  return [
    trouble('tljh', 'stop', {
      what: 'The Littlest JupyterHub is, or was begun to be, installed here; moving it over is not built yet',
      evidence: traces.join(', '),
      fix: [
        'to keep it: do nothing, nothing was changed and it serves on; install this hub on another machine',
        'to replace it: save /opt/tljh and /home, stop and disable jupyterhub and traefik, move /opt/tljh and the two unit files away',
      ].join('\n'),
    }),
  ]
}

const earlier: Rule = ({ leftovers: { tljh: traces, installation, halfDone } }): readonly Finding[] => {
  if (traces.length > 0) return []
  if (installation === 'none') return [ok('earlier', 'no earlier installation', '/opt/tljh')]
  if (installation === 'whole' && halfDone.length === 0)
    return [ok('earlier', 'the hub is installed', '/opt/tljh')]
  const parts =
    halfDone.length > 0
      ? showNames(halfDone)
      : '/opt/tljh has state or environments, but the hub is not whole'
  return [
    trouble('earlier', 'warn', {
      what: 'an earlier run did not come to its end; this one continues it',
      evidence: parts,
      fix: `nothing, running again continues from there${installation === 'whole' ? '; what is still left then may be removed' : ''}`,
    }),
  ]
}

const accounts: Rule = ({ leftovers }, { rerun, admins }): readonly Finding[] => {
  const first = !rerun && leftovers.installation === 'none' && leftovers.tljh.length === 0
  if (!first) return []
  const found = leftovers.accounts
  if (found.length === 0) return [ok('accounts', 'no accounts of an earlier hub', '/etc/passwd')]
  const own = admins.filter((name) => found.includes(`jupyter-${name}`))
  return [
    trouble('accounts', 'warn', {
      what: `${found.length} accounts of an earlier hub are here${own.length > 0 ? `, ${own.join(', ')} among them` : ''}`,
      evidence: `/etc/passwd: ${showNames(found)}`,
      fix: 'make sure that each still belongs to the person of that name; remove one with: userdel jupyter-NAME',
    }),
  ]
}

const admin: Rule = (_, { admins, rerun }): readonly Finding[] => {
  if (rerun) return []
  if (admins.length > 0) return [ok('admin', `administrator: ${admins.join(', ')}`, 'as asked for')]
  return [
    trouble('admin', 'warn', {
      what: 'no administrator is named: nobody can log in at first',
      evidence: 'neither --admin nor users.admin in config.yaml',
      fix: '--admin NAME',
    }),
  ]
}

/** In the order in which they are shown. */
export const softwareRules: readonly Rule[] = [aptLock, dpkg, seccomp, tljh, earlier, accounts, admin]
