/** The units on a real machine: scores, what they may and may not do from inside, who they run as, who listens. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect } from 'vitest'

import { newcomer } from './support/administrator.ts'
import { machineTest, type Suite } from './support/machine.ts'
import { REPOSITORY } from './support/places.ts'
import { probed, processes, UNIT_FOLDER } from './support/probe.ts'

/** Highest exposure that `systemd-analyze security` may give, in tenths (0 to 100). */
const EXPOSURE = {
  'jupyterhub.service': 15,
  'jupyterhub-proxy.service': 20,
  'jupyterhub-helper@.service': 20,
  'jupyterhub-culler.service': 20,
  'jupyter@.service': 20,
} as const

/** Samples of test/hub that nginx must understand. */
const NGINX_SAMPLES = ['smallest', 'everything', 'below-a-path', 'bare'] as const

const NO_CAPABILITY = '0000000000000000'
/** CAP_NET_BIND_SERVICE, capability number 10. */
const BIND_LOW_PORTS = '0000000000000400'

const SLOW = { timeout: 400_000 }
const on = {
  bookworm: machineTest({ image: 'installed', suite: 'bookworm' }),
  trixie: machineTest({ image: 'installed', suite: 'trixie' }),
} satisfies Record<Suite, unknown>

describe.each(['bookworm', 'trixie'] as const)('%s', (suite) => {
  const test = on[suite]

  test.for(Object.entries(EXPOSURE))(
    '%s is exposed by %d tenths at most',
    async ([unit, most], { machine }) => {
      const ask = ['systemd-analyze', 'security', '--no-pager', '--offline=true', `--threshold=${most}`]
      const { code, stdout } = await machine.run([...ask, `${UNIT_FOLDER}/${unit}`])
      const score = stdout.trimEnd().split('\n').at(-1)
      expect({ code, score }).toMatchObject({ code: 0 })
    },
  )

  test('systemd has nothing to say against our units', async ({ machine }) => {
    const files = (await machine.ok(['ls', UNIT_FOLDER]))
      .split('\n')
      .filter((name) => name.startsWith('jupyter'))
    expect(files.length).toBeGreaterThanOrEqual(10)
    const { stdout, stderr } = await machine.run([
      'systemd-analyze',
      'verify',
      ...files.map((f) => `${UNIT_FOLDER}/${f}`),
    ])
    expect(`${stdout}${stderr}`.split('\n').filter((line) => line.includes('jupyter'))).toEqual([])
  })

  test('nginx understands its configuration, whatever the settings', async ({ machine }) => {
    // nginx tries to listen even when it is only asked: the sample's own address has to be there.
    await machine.ok(['ip', 'address', 'replace', '192.0.2.7/32', 'dev', 'lo'])
    const as = [
      '--property=AmbientCapabilities=CAP_NET_BIND_SERVICE',
      '--property=RuntimeDirectory=probe-nginx',
      '--property=LimitNOFILE=65536',
    ]
    for (const sample of NGINX_SAMPLES) {
      const path = join(REPOSITORY, 'test/hub/samples', sample, 'opt/tljh/proxy/nginx.conf')
      const text = readFileSync(path, 'utf8').replaceAll('/run/tljh-proxy', '/run/probe-nginx')
      await machine.ok(['tee', '/run/probe-nginx.conf'], { input: text })
      const ask = [...as, '/usr/sbin/nginx', '-t', '-q', '-e', 'stderr', '-c', '/run/probe-nginx.conf']
      const { code, stdout, stderr } = await machine.run(ask, { user: 'tljh-proxy' })
      expect({ sample, code, said: stdout + stderr }).toEqual({ sample, code: 0, said: '' })
    }
  })

  test.for([
    ['jupyterhub.service', 'tljh-hub', NO_CAPABILITY],
    ['jupyterhub-proxy.service', 'tljh-proxy', BIND_LOW_PORTS],
    ['jupyterhub-culler.service', 'somebody', NO_CAPABILITY],
  ] as const)(
    'every process of %s runs as %s, with no more than it needs',
    async ([unit, user, may], { machine }) => {
      const uid = (await machine.ok(['systemctl', 'show', '--property=UID', '--value', unit])).trim()
      // The culler's is drawn by systemd at every start (systemd.exec(5), DynamicUser=).
      const named = user === 'somebody' ? uid : (await machine.ok(['id', '--user', user])).trim()
      expect([uid, uid === '0']).toEqual([named, false])
      const found = await processes(machine, unit)
      expect(found.length).toBeGreaterThan(0)
      for (const status of found) {
        expect(status).toMatchObject({
          Uid: Array.from({ length: 4 }, () => uid).join('\t'),
          CapPrm: may,
          CapEff: may,
          CapBnd: may,
          CapAmb: may,
          NoNewPrivs: '1',
          Seccomp: '2',
        })
      }
    },
  )

  describe('from inside', () => {
    test('the hub can talk to systemd and its helper, and to nobody else', SLOW, async ({ machine }) => {
      expect(await probed(machine, 'jupyterhub.service')).toMatchInlineSnapshot(`
        {
          "asks netlink": "EAFNOSUPPORT",
          "asks the cloud who the machine is": "ENETUNREACH",
          "changes its personality": "refused",
          "has the network": false,
          "looks at homes": "refused",
          "makes a setuid file": "refused",
          "makes a user namespace": "refused",
          "makes writable code": "refused",
          "mounts": "refused",
          "opens a raw socket": "EAFNOSUPPORT",
          "reads the kernel log": "ENOENT",
          "reads the ledger": "refused",
          "sees process 1": false,
          "sends outside": "ENETUNREACH",
          "talks to the bus": "done",
          "talks to the helper": "done",
          "writes a folder that all may write": "EROFS",
        }
      `)
    })

    test('the proxy has the network, and nothing behind it', SLOW, async ({ machine }) => {
      expect(await probed(machine, 'jupyterhub-proxy.service')).toMatchInlineSnapshot(`
        {
          "asks netlink": "EAFNOSUPPORT",
          "asks the cloud who the machine is": "done",
          "changes its personality": "refused",
          "has the network": true,
          "looks at homes": "refused",
          "makes a setuid file": "refused",
          "makes a user namespace": "refused",
          "makes writable code": "refused",
          "mounts": "refused",
          "opens a raw socket": "EAFNOSUPPORT",
          "reads the kernel log": "ENOENT",
          "reads the ledger": "refused",
          "sees process 1": false,
          "sends outside": "done",
          "talks to the bus": "refused",
          "talks to the helper": "refused",
          "writes a folder that all may write": "EROFS",
        }
      `)
    })

    test('the culler has the loopback alone', SLOW, async ({ machine }) => {
      expect(await probed(machine, 'jupyterhub-culler.service')).toMatchInlineSnapshot(`
        {
          "asks netlink": "EAFNOSUPPORT",
          "asks the cloud who the machine is": "refused",
          "changes its personality": "refused",
          "has the network": true,
          "looks at homes": "refused",
          "makes a setuid file": "refused",
          "makes a user namespace": "refused",
          "makes writable code": "refused",
          "mounts": "refused",
          "opens a raw socket": "EAFNOSUPPORT",
          "reads the kernel log": "ENOENT",
          "reads the ledger": "refused",
          "sees process 1": false,
          "sends outside": "refused",
          "talks to the bus": "refused",
          "talks to the helper": "refused",
          "writes a folder that all may write": "EROFS",
        }
      `)
    })

    test('the helper has people and ledger, and no network', SLOW, async ({ machine }) => {
      expect(await probed(machine, 'jupyterhub-helper@.service')).toMatchInlineSnapshot(`
        {
          "asks netlink": "done",
          "asks the cloud who the machine is": "EAFNOSUPPORT",
          "changes its personality": "refused",
          "has the network": false,
          "looks at homes": "done",
          "makes a setuid file": "refused",
          "makes a user namespace": "refused",
          "makes writable code": "done",
          "mounts": "refused",
          "opens a raw socket": "EAFNOSUPPORT",
          "reads the kernel log": "ENOENT",
          "reads the ledger": "done",
          "sees process 1": true,
          "sends outside": "EAFNOSUPPORT",
          "talks to the bus": "done",
          "talks to the helper": "done",
          "writes a folder that all may write": "EROFS",
        }
      `)
    })

    test('a person can debug, compile and compute, and reach nothing of ours', SLOW, async ({ machine }) => {
      expect(await probed(machine, 'jupyter@.service')).toMatchInlineSnapshot(`
        {
          "asks netlink": "done",
          "asks the cloud who the machine is": "refused",
          "changes its personality": "done",
          "has the network": true,
          "looks at homes": "done",
          "makes a setuid file": "done",
          "makes a user namespace": "refused",
          "makes writable code": "done",
          "mounts": "refused",
          "opens a raw socket": "EAFNOSUPPORT",
          "reads the kernel log": "ENOENT",
          "reads the ledger": "refused",
          "sees process 1": false,
          "sends outside": "done",
          "talks to the bus": "refused",
          "talks to the helper": "refused",
          "writes a folder that all may write": "EROFS",
        }
      `)
    })
  })

  test('nobody listens but the front door and the API, not even with a kernel', SLOW, async ({ machine }) => {
    const bob = await newcomer(machine, 'bob')
    await bob.spawn()
    const kernel = await bob.kernel()
    expect(await kernel.run('1 + 1')).toBe('2')
    const listening = (await machine.ok(['ss', '-Hltn'])).trim().split('\n')
    const places = listening.map((line) => line.trim().split(/\s+/)[3] ?? '')
    expect(new Set(places)).toEqual(new Set(['0.0.0.0:80', '127.0.0.1:880', '[::]:80']))
  })
})
