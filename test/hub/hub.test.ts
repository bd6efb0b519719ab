import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { flatten } from '../../src/engine/plan.ts'
import { hub } from '../../src/hub/hub.ts'
import type { Machine } from '../../src/hub/inputs.ts'
import type { Person } from '../../src/people/ledger.ts'
import type { File } from '../../src/resources/file.ts'
import { idOf } from '../../src/resources/resource.ts'
import type { Resource } from '../../src/resources/resource.ts'
import { config, inputs, knownBy, TOKENS } from '../support/server.ts'

interface Sample {
  readonly text: string
  readonly machine?: Partial<Machine>
  /** Rows of the ledger by hub name, where they are not as usual. */
  readonly rows?: Readonly<Record<string, Partial<Person>>>
}

const EVERYTHING = `users:
  admin: [ada]
  allowed: [bob, first.last@uni.example]
  banned: [eve]
  operators: [olga]
  instructors:
    course: [tina]
  extra_user_groups:
    course: [bob, eve]
    lab: []
  uid_min: 30000
  uid_max: 40000
homes: {path: /srv/homes, mount: true}
limits: {memory: 2G, cpu: 1.5, tasks: 200}
http: {address: 192.0.2.7, port: 8080}
user_environment: {default_app: classic}
services:
  cull: {enabled: false, timeout: 3600, every: 300, concurrency: 2, max_age: 86400}
`
const GITHUB = `users:
  admin: [ada]
  allowed: [bob]
auth:
  type: oauthenticator.github.GitHubOAuthenticator
  GitHubOAuthenticator: {client_id: abc, client_secret: hunter2}
`

const SAMPLES = {
  smallest: { text: 'users:\n  admin: [ada]\n' },
  everything: {
    text: EVERYTHING,
    machine: { cores: 64, memoryBytes: 256 * 1024 ** 3 },
    rows: {
      bob: { home: '/home/jupyter-bob' },
      tina: { unixName: 'tina', home: '/srv/tina', adopted: true },
    },
  },
  'below-a-path': { text: 'users:\n  admin: [ada]\nbase_url: /jupyter.hub/\n' },
  'other-login': { text: GITHUB },
  bare: {
    text: 'users:\n  admin: [ada]\n',
    machine: { hasSsh: false, hasPolkit: false, hasIpv6: false, cores: 1, memoryBytes: 1024 ** 3 },
  },
} satisfies Readonly<Record<string, Sample>>

const PEOPLE = ['ada', 'bob', 'eve', 'olga', 'tina']

function resources({ text, machine = {}, rows = {} }: Sample): readonly Resource[] {
  const decided = config(text)
  const people = knownBy(decided, PEOPLE).map(({ person, access }) => {
    return { person: { ...person, ...rows[person.hubName] }, access }
  })
  return flatten(hub(decided, inputs(people, machine)))
}

/** Owner, mode and members, where a resource has them. */
function details(resource: Resource): string {
  if ('mode' in resource) {
    const once = resource.kind === 'file' && resource.once === true ? ', once' : ''
    const secret = resource.kind === 'file' && resource.secret === true ? ', secret' : ''
    return ` ${resource.mode.toString(8).padStart(4, '0')} ${resource.owner}:${resource.group}${secret}${once}`
  }
  if (resource.kind === 'group') return ` ${resource.members.join(',')}`.trimEnd()
  if (resource.kind === 'unit') return ` ${resource.state}${resource.enabled === true ? ', enabled' : ''}`
  return resource.kind === 'symlink' ? ` -> ${resource.target}` : ''
}

const isFile = (resource: Resource): resource is File => resource.kind === 'file'
const fileTexts = (sample: Sample): Map<string, string> =>
  new Map(resources(sample).flatMap((one) => (isFile(one) ? [[one.path, one.text]] : [])))

const common = fileTexts(SAMPLES.smallest)
const samples = Object.entries<Sample>(SAMPLES)
const folder = (name: string): string => join(import.meta.dirname, 'samples', name)

/** Files of a sample as they are shown: those of `smallest`, and of the others what is different there. */
const shownFiles = (name: string, sample: Sample): [string, string][] =>
  [...fileTexts(sample)].filter(([path, text]) => name === 'smallest' || common.get(path) !== text)

describe('a server', () => {
  test.each(samples)('%s: is made of these resources, in this order', async (name, sample) => {
    const lines = resources(sample).map((resource) => `${idOf(resource)}${details(resource)}`)
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(join(folder(name), 'resources.txt'))
  })

  const rows = samples.flatMap(([name, sample]) =>
    shownFiles(name, sample).map(([path, text]) => ({ name, path, text })),
  )
  test.each(rows)('$name: $path', async ({ name, path, text }) => {
    await expect(text).toMatchFileSnapshot(join(folder(name), path))
  })

  test.each(samples)('%s: no file is shown that is no longer made', (name, sample) => {
    const found = readdirSync(folder(name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder(name).length))
    expect(found.toSorted()).toEqual(
      ['/resources.txt', ...shownFiles(name, sample).map(([path]) => path)].toSorted(),
    )
  })

  test.each(samples)('%s: every id is there once', (_, sample) => {
    const ids = resources(sample).map(idOf)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  })

  test('the same config and machine give the same text', () => {
    expect(fileTexts(SAMPLES.everything)).toEqual(fileTexts(SAMPLES.everything))
  })

  test('what was given in confidence lies only in files that are secret and closed', () => {
    const files = resources(SAMPLES['other-login']).filter(isFile)
    const holding = files.filter(({ text }) =>
      ['hunter2', TOKENS.culler, TOKENS.cli].some((secret) => text.includes(secret)),
    )
    expect(holding).toHaveLength(3)
    for (const { mode, secret } of holding) expect([mode & 0o007, secret]).toEqual([0, true])
  })

  test('a folder is there before what lies in it, an account before what it owns', () => {
    const seen = new Set(['root', 'adm', '/opt', '/run'])
    const missing: string[] = []
    const need = (id: string, names: readonly string[]): void => {
      missing.push(...names.filter((name) => !seen.has(name)).map((name) => `${id} comes before ${name}`))
    }
    for (const resource of resources(SAMPLES.everything)) {
      const id = idOf(resource)
      if ('mode' in resource) need(id, [resource.owner, resource.group])
      if ('path' in resource && /^\/(opt|run)\/tljh/.test(resource.path)) {
        const parent = resource.path.slice(0, resource.path.lastIndexOf('/'))
        // The folders of releases and tools are the bootstrap's.
        need(id, resource.kind === 'generations' ? [] : [parent])
      }
      seen.add('path' in resource ? resource.path : id.slice(id.indexOf(':') + 1))
    }
    expect(missing).toEqual([])
  })
})
