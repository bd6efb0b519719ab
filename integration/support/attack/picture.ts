/** What a request must not change: accounts, rights, homes, our folders under /run, our state, and units. */
import type { Machine } from '../machine.ts'

const SCRIPT = `
cd /
sha256sum etc/passwd etc/group etc/shadow etc/gshadow etc/subuid etc/subgid 2>/dev/null
sha256sum opt/tljh/config/config.yaml opt/tljh/state/policy.json opt/tljh/state/ledger.sqlite
sha256sum opt/tljh/hub-config/people.json etc/sudoers etc/sudoers.d/*
find home run/tljh -printf '%p %M %u %g %l\\n' | grep -v '^run/tljh/lock/' | sort
systemctl list-units --all --plain --no-legend --full 'jupyter*' | grep -v '^jupyterhub-helper@' | awk '{print $1, $3}'
`

/** The picture as text, to be compared with another. */
export async function picture(machine: Machine): Promise<string> {
  return machine.sh(SCRIPT)
}
