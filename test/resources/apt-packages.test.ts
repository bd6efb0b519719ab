import { describe, expect, test } from 'vitest'

import { aptPackages, parseInstalled } from '../../src/resources/apt-packages.ts'
import type { AptPackages, AptState } from '../../src/resources/apt-packages.ts'
import { FakeHost } from '../support/fake-host.ts'
import { testPlan } from '../support/plan-rows.ts'

/** Lines of `dpkg-query --show` as Debian 12 gives them, in the states that a package goes through. */
const STATES = `adduser install ok installed
apt install ok installed
held hold ok installed
left-over deinstall ok config-files
nginx install ok unpacked
nginx-common install ok half-configured
sudo install reinstreq half-installed
`

describe('parseInstalled', () => {
  test('takes only what is installed, held or not', () => {
    expect(parseInstalled(STATES).installed).toEqual(new Set(['adduser', 'apt', 'held']))
  })

  test.each([
    ['nothing', '', false],
    ['whole packages', 'adduser install ok installed\nleft-over deinstall ok config-files\n', false],
    ['an unpacked one', 'nginx install ok unpacked\n', true],
    ['a half-configured one', 'nginx install ok half-configured\n', true],
    ['one that waits for a trigger', 'nginx install ok triggers-pending\n', true],
  ])('tells an interrupted run: %s', (_, text, broken) => {
    expect(parseInstalled(text).broken).toBe(broken)
  })
})

const WANT: AptPackages = { kind: 'apt-packages', names: ['curl', 'nginx'], mask: ['nginx.service'] }
const APT = 'apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3'
const MASK = 'link /etc/systemd/system/nginx.service -> /dev/null'
const fresh: AptState = { installed: new Set(), masked: new Set(), listed: true, broken: false }

describe('apt-packages', () => {
  test('observes packages, masks and lists', async () => {
    const host = new FakeHost({
      '/etc/systemd/system/nginx.service': { type: 'symlink', target: '/dev/null' },
      '/var/lib/apt/lists/deb.debian.org_debian_dists_bookworm_main_binary-amd64_Packages': '',
    })
    host.answers.push(['dpkg-query --show', { stdout: 'curl install ok installed\n' }])
    expect(await aptPackages.observe(host, WANT)).toEqual({
      installed: new Set(['curl']),
      masked: new Set(['nginx.service']),
      listed: true,
      broken: false,
    })
  })

  test.each([
    ['no lists', {}, false],
    ['only a lock', { '/var/lib/apt/lists/lock': '' }, false],
    ['compressed lists', { '/var/lib/apt/lists/mirror_Packages.lz4': '' }, true],
  ])('knows whether apt has package lists: %s', async (_, files, listed) => {
    expect(await aptPackages.observe(new FakeHost(files), WANT)).toMatchObject({ listed })
  })

  test('files that a killed dpkg left count as an interrupted run', async () => {
    const host = new FakeHost({ '/var/lib/dpkg/updates/0003': '' })
    expect(await aptPackages.observe(host, WANT)).toMatchObject({ broken: true })
  })

  testPlan(aptPackages, WANT, [
    {
      name: 'settled',
      have: { ...fresh, installed: new Set(['curl', 'nginx']), masked: new Set(['nginx.service']) },
      steps: [],
    },
    {
      name: 'absent',
      have: { ...fresh, listed: false },
      steps: [
        MASK,
        `${APT} update`,
        `${APT} install --yes --no-install-recommends -- curl nginx`,
        `${APT} clean`,
      ],
    },
    {
      name: 'one is missing',
      have: { ...fresh, installed: new Set(['curl']), masked: new Set(['nginx.service']) },
      steps: [`${APT} install --yes --no-install-recommends -- nginx`, `${APT} clean`],
    },
    {
      name: 'an interrupted run is repaired first',
      have: { ...fresh, installed: new Set(['curl']), masked: new Set(['nginx.service']), broken: true },
      steps: ['dpkg --configure -a', `${APT} install --yes --no-install-recommends -- nginx`, `${APT} clean`],
    },
  ])
})
