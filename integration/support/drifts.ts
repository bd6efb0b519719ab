/** Changes by hand, and what a plan says about them. */

const UNITS = '/etc/systemd/system'

export interface Drift {
  /** Completes "… is shown and healed". */
  readonly name: string
  readonly broken: string
  /** Ids of what is not as wanted, and of the restarts that follow. */
  readonly ids: readonly string[]
}

/** What somebody may have done; everybody of drift.test.ts is there. */
export const DRIFTS: readonly Drift[] = [
  {
    name: 'a deleted unit file',
    broken: `rm ${UNITS}/jupyterhub.service`,
    ids: [`file:${UNITS}/jupyterhub.service`, 'unit:jupyterhub.service'],
  },
  {
    name: 'a deleted unit file that systemd has noticed',
    broken: `rm ${UNITS}/jupyterhub-proxy.service; systemctl daemon-reload`,
    ids: [`file:${UNITS}/jupyterhub-proxy.service`, 'unit:jupyterhub-proxy.service'],
  },
  {
    name: 'an edited template of servers that run',
    broken: `echo '# mine' >>${UNITS}/jupyter-admin@.service`,
    ids: [`file:${UNITS}/jupyter-admin@.service`, 'unit:jupyter-admin@*.service'],
  },
  {
    name: 'a changed mode of a file',
    broken: 'chmod 666 /opt/tljh/state/policy.json',
    ids: ['file:/opt/tljh/state/policy.json'],
  },
  {
    name: 'a changed owner of a file',
    broken: 'chown nobody /opt/tljh/hub-config/hub.json',
    ids: ['file:/opt/tljh/hub-config/hub.json'],
  },
  {
    name: 'a changed mode of a folder',
    broken: 'chmod 755 /opt/tljh/state',
    ids: ['directory:/opt/tljh/state'],
  },
  {
    name: 'a stopped proxy',
    broken: 'systemctl stop jupyterhub-proxy.service',
    ids: ['unit:jupyterhub-proxy.service'],
  },
  {
    name: 'a removed member of a group',
    broken: 'gpasswd --delete tljh-proxy tljh-sock; gpasswd --delete jupyter-boss jupyterhub-admins',
    ids: ['group:tljh-sock', 'group:jupyterhub-admins'],
  },
  {
    name: 'a person in a group that is not theirs',
    broken: 'gpasswd --add jupyter-wanda jupyterhub-admins',
    ids: ['group:jupyterhub-admins'],
  },
  {
    name: 'a deleted account of a person',
    broken: 'userdel jupyter-xena',
    ids: ['accounts:people', 'group:jupyterhub-users'],
  },
  {
    name: 'an account of somebody locked that was opened again',
    broken: "usermod --expiredate '' --shell /bin/bash jupyter-yuri",
    ids: ['accounts:people'],
  },
  {
    name: 'a server of somebody locked',
    broken: 'systemctl start jupyter@yuri.socket',
    ids: ['servers:people'],
  },
  {
    name: 'an edited list of people',
    broken: 'echo >>/opt/tljh/hub-config/people.json',
    ids: ['file:/opt/tljh/hub-config/people.json'],
  },
  {
    name: 'an edited nginx.conf',
    broken: 'echo "# mine" >>/opt/tljh/proxy/nginx.conf',
    ids: ['file:/opt/tljh/proxy/nginx.conf', 'unit:jupyterhub-proxy.service'],
  },
  {
    name: 'edited rules: sudo, policy',
    broken:
      'for role in admins operators; do echo "# mine" >>/etc/sudoers.d/tljh-$role; done; echo >>/opt/tljh/state/policy.json',
    ids: [
      'file:/etc/sudoers.d/tljh-admins',
      'file:/etc/sudoers.d/tljh-operators',
      'file:/opt/tljh/state/policy.json',
    ],
  },
  {
    name: 'disabled units',
    broken: 'systemctl disable --quiet jupyterhub-culler.service jupyterhub-helper.socket',
    ids: ['unit:jupyterhub-helper.socket', 'unit:jupyterhub-culler.service'],
  },
  {
    name: 'a unit disabled behind the back of systemd',
    broken: `rm ${UNITS}/multi-user.target.wants/jupyterhub.service`,
    ids: ['unit:jupyterhub.service'],
  },
  {
    name: 'a missing link to an environment',
    broken: 'rm /opt/tljh/server',
    ids: ['symlink:/opt/tljh/server'],
  },
  {
    name: 'a folder in the place of a link',
    broken: 'rm /opt/tljh/user; mkdir /opt/tljh/user',
    ids: ['symlink:/opt/tljh/user'],
  },
  {
    name: 'a deleted folder of additions',
    broken: 'rm -r /opt/tljh/config/nginx.d',
    ids: ['directory:/opt/tljh/config/nginx.d', 'unit:jupyterhub-proxy.service'],
  },
  {
    name: 'a deleted folder with the socket of the hub',
    broken: 'rm -r /run/tljh-hub',
    ids: ['directory:/run/tljh-hub', 'unit:jupyterhub.service'],
  },
  {
    name: 'a deleted socket of the helper',
    broken: 'rm /run/tljh/helper.sock',
    ids: ['unit:jupyterhub-helper.socket'],
  },
]
