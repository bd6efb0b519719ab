import { describe, expect, test } from 'vitest'

import type { CommandResult, Reader } from '../../src/host/host.ts'
import { carefulReader } from '../../src/preflight/careful-reader.ts'
import { machineFacts } from '../../src/preflight/facts.ts'
import { preflight, showFindings, worst } from '../../src/preflight/preflight.ts'
import { fakeReader } from './fake-reader.ts'
import { first, trixie } from './samples.ts'

const { rerun: _, ...wanted } = first

describe('preflight', () => {
  test('a whole machine, with one thing in the way', async () => {
    const found = await preflight(fakeReader(trixie), wanted)
    expect(showFindings(found)).toMatchInlineSnapshot(`
      "stop  ports         port 80 is taken by nginx (process 700)
                          seen: 0.0.0.0:80: process 700 (nginx, nginx.service)
                          fix:  either stop it: systemctl disable --now nginx.service
                                or give the hub another port: install with --port N, kept as http.port in config.yaml
                                or keep it in front: http.address 127.0.0.1, another http.port, and let it hand requests on"
    `)
  })

  test('everything is said at once, the worst first', async () => {
    const found = await preflight(fakeReader({}), wanted)
    const levels = found.map(({ level }) => level)
    expect(levels).toEqual(
      levels.toSorted((one, other) => 'stop ask warn ok'.indexOf(one) - 'stop ask warn ok'.indexOf(other)),
    )
    const stops = found.filter(({ level }) => level === 'stop').map(({ id }) => id)
    expect(stops).toEqual([
      'root',
      'platform',
      'libc',
      'init',
      'systemd',
      'distribution',
      'python',
      'memory',
      'clock',
    ])
  })

  test('a machine where much may not be read', async () => {
    const closed = ['/opt', '/proc/1', '/proc/locks', '/var/lib/dpkg']
    const found = await preflight(fakeReader({ ...trixie, closed }), wanted)
    expect(found.find(({ id }) => id === 'earlier')?.level).toBe('ok')
  })

  test('a hub that is there makes it a re-run: package sources are left alone', async () => {
    const machine = {
      ...trixie,
      files: { ...trixie.files, '/etc/systemd/system/jupyterhub.service': '' },
      links: { ...trixie.links, '/opt/tljh/hub': 'a', '/opt/tljh/server': 'b', '/opt/tljh/user': 'c' },
    }
    const found = await preflight(fakeReader(machine), wanted)
    expect(found.map(({ id }) => id)).not.toContain('sources')
  })
})

describe('showing', () => {
  const found = [
    { id: 'root', level: 'stop', what: 'this needs root', evidence: 'user id 1000', fix: 'one\ntwo' },
    { id: 'libc', level: 'ok', what: 'glibc 2.36', evidence: 'getconf', fix: '' },
  ] as const

  test('as text', () => {
    expect(showFindings(found, { all: true })).toMatchInlineSnapshot(`
      "stop  root          this needs root
                          seen: user id 1000
                          fix:  one
                                two
      ok    libc          glibc 2.36"
    `)
    expect(showFindings([])).toBe('')
  })

  test('nothing found is ok', () => {
    expect(worst([])).toBe('ok')
  })
})

describe('machineFacts', () => {
  test('Debian 13', async () => {
    expect(await machineFacts(fakeReader(trixie))).toEqual({
      cores: 2,
      memoryBytes: 2014208 * 1024,
      pythonVersion: '3.13.5',
      pythonBinary: '/usr/bin/python3.13',
      hasIpv6: true,
    })
  })

  test('no Python', async () => {
    await expect(machineFacts(fakeReader({}))).rejects.toThrow('/usr/bin/python3 does not run')
  })
})

test('carefulReader: no more than eight commands at once, and all of them run', async () => {
  let running = 0
  let most = 0
  const query = async (): Promise<CommandResult> => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
    return { code: 0, stdout: '', stderr: '' }
  }
  const reader: Reader = carefulReader({ ...fakeReader({}), query })
  const results = await Promise.all(Array.from({ length: 30 }, () => reader.query(['true'])))
  expect([most, results.length]).toEqual([8, 30])
})
