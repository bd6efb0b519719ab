/** A way in over ssh to the machine itself, with a key that the attacker made. */
import type { Machine } from '../machine.ts'

const INSTALL_MS = 240_000

/** Installs the distribution's ssh server. */
export async function installSsh(machine: Machine): Promise<void> {
  await machine.sh(
    `export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update; apt-get -qqy install --no-install-recommends openssh-server openssh-client
    systemctl start ssh; ssh-keyscan -t ed25519 127.0.0.1 >/dev/null`,
    { timeoutMs: INSTALL_MS },
  )
}

/** Makes a key, lets it in, and uses it; ends with 0 when a session comes about. */
export const SSH_TO_MYSELF = `
mkdir -p ~/.ssh; chmod 700 ~/.ssh
[ -f ~/.ssh/id ] || ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id
cp ~/.ssh/id.pub ~/.ssh/authorized_keys; chmod 600 ~/.ssh/authorized_keys; chmod go-w ~
ssh -i ~/.ssh/id -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "$(id -un)@127.0.0.1" true`
