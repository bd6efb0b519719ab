import { describe, expect, test } from 'vitest'

import { mistakes } from '../support/mistakes.ts'

const users = (lines: string): string => `users:\n${lines}`
const cull = (line: string): string => `services:\n  cull:\n    ${line}\n`

/** What is wrong, the text, and what is said. */
const ROWS: readonly (readonly [string, string, string])[] = [
  ['an unknown key', 'user:\n  admin: [ada]\n', 'config.yaml:1:1: user: unknown key'],
  [
    'an unknown key further in',
    users('  admin: [ada]\n  alowed: [bob]\n'),
    'config.yaml:3:3: users.alowed: unknown key',
  ],
  ['a key of JavaScript', '__proto__: 1\n', 'config.yaml:1:1: __proto__: unknown key'],
  ['a key that is no text', '? {a: b}\n: c\n', 'config.yaml:1:1: { a: b }: unknown key'],
  ['a tab', users('\tadmin: [ada]\n'), 'config.yaml:2:1: Tabs are not allowed as indentation'],
  ['a key twice', 'http:\n  port: 80\nhttp:\n  port: 81\n', 'config.yaml:3:1: Map keys must be unique'],
  [
    'a bracket that stays open',
    users('  admin: [ada\n'),
    'config.yaml:3:1: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
  ['two documents', 'http:\n---\nhttp:\n', 'config.yaml:2:1: only one document is read: take this line out'],
  [
    'an alias of nothing',
    users('  admin: *boss\n'),
    'config.yaml:2:10: Unresolved alias (the anchor must be set before the alias): boss',
  ],
  ['a list at the root', '- ada\n', 'config.yaml: expected a mapping, found a list'],
  ['text at the root', 'hello\n', 'config.yaml: expected a mapping, found text'],
  ['a forgotten colon', 'http:\n  port 80\n', 'config.yaml:1:1: http: expected a mapping, found text'],
  ['a list for a mapping', 'auth: [1]\n', 'config.yaml:1:1: auth: expected a mapping, found a list'],
  [
    'one name for a list',
    users('  admin: ada\n'),
    'config.yaml:2:3: users.admin: expected a list, found text',
  ],
  [
    'a name that YAML takes for a number',
    users('  allowed: [123456]\n'),
    'config.yaml:2:13: users.allowed.0: expected text, found a number (put it in quotes)',
  ],
  [
    'a dash without a name',
    users('  allowed:\n    -\n'),
    'config.yaml:3:6: users.allowed.0: expected text, found nothing',
  ],
  [
    'a bad name',
    users('  allowed:\n    - ada\n    - a b\n'),
    "config.yaml:4:7: users.allowed.1: the name 'a b' has a space, which is not one of a-z 0-9 . _ @ + -",
  ],
  ['an empty name', users('  admin: [""]\n'), "config.yaml:2:11: users.admin.0: the name '' is empty"],
  [
    'a name that is not in its normal form',
    users('  banned: [Ada]\n'),
    'config.yaml:2:12: users.banned.0: write it as ada: this is how it is used everywhere',
  ],
  [
    'a name that imitates another',
    users('  admin: [аda]\n'),
    String.raw`config.yaml:2:11: users.admin.0: the name '\u{430}da' has characters other than a-z 0-9 . _ @ + -`,
  ],
  [
    'a bad name of a group',
    users('  extra_user_groups:\n    Course 1: [ada]\n'),
    'config.yaml:3:5: users.extra_user_groups.Course 1: expected the name of a unix group: lower-case letters, digits, - and _',
  ],
  [
    'a group of the hub itself',
    users('  extra_user_groups:\n    tljh-sock: [ada]\n'),
    'config.yaml:3:5: users.extra_user_groups.tljh-sock: expected another name: groups of the hub itself begin like this',
  ],
  [
    'a group with one name',
    users('  extra_user_groups:\n    course: ada\n'),
    'config.yaml:3:5: users.extra_user_groups.course: expected a list, found text',
  ],
  [
    'a bad name in a group',
    users('  extra_user_groups:\n    course: [Ada]\n'),
    'config.yaml:3:14: users.extra_user_groups.course.0: write it as ada: this is how it is used everywhere',
  ],
  [
    'a size with a space',
    'limits:\n  memory: 1 GB\n',
    'config.yaml:2:3: limits.memory: expected a size such as 512M or 1.5G',
  ],
  [
    'a size below zero',
    'limits:\n  memory: -5\n',
    'config.yaml:2:3: limits.memory: expected a size such as 512M or 1.5G',
  ],
  [
    'a size that is no size',
    'limits:\n  memory: true\n',
    'config.yaml:2:3: limits.memory: expected a size such as 512M or 1.5G',
  ],
  [
    'a size without its suffix',
    'limits:\n  memory: 512\n',
    'config.yaml:2:3: limits.memory: expected at least 64M: no server starts in less',
  ],
  ['no cores', 'limits:\n  cpu: 0\n', 'config.yaml:2:3: limits.cpu: expected more than 0 cores, such as 0.5'],
  [
    'endless cores',
    'limits:\n  cpu: .inf\n',
    'config.yaml:2:3: limits.cpu: expected a number, found Infinity',
  ],
  [
    'too few tasks',
    'limits:\n  tasks: 5\n',
    'config.yaml:2:3: limits.tasks: expected at least 32: JupyterLab with one kernel needs about 20',
  ],
  ['a port too high', 'http:\n  port: 70000\n', 'config.yaml:2:3: http.port: expected a port, 1 to 65535'],
  ['a port in quotes', 'http:\n  port: "80"\n', 'config.yaml:2:3: http.port: expected a number, found text'],
  [
    'half a port',
    'http:\n  port: 80.5\n',
    'config.yaml:2:3: http.port: expected a whole number, found a number',
  ],
  [
    'the port of the API',
    'http:\n  port: 880\n',
    'config.yaml:2:3: http.port: expected another port: 880 is for the hub itself',
  ],
  [
    'a name for an address',
    'http:\n  address: localhost\n',
    'config.yaml:2:3: http.address: expected an IP address',
  ],
  [
    'a path without its last slash',
    'base_url: /jupyter\n',
    'config.yaml:1:1: base_url: expected a path that begins and ends with /, such as / or /jupyter/',
  ],
  [
    'a path that climbs',
    'base_url: /../\n',
    'config.yaml:1:1: base_url: expected a path that begins and ends with /, such as / or /jupyter/',
  ],
  [
    'an unknown app',
    'user_environment:\n  default_app: lab\n',
    'config.yaml:2:3: user_environment.default_app: expected jupyterlab or classic',
  ],
  [
    'a bad type of login',
    'auth:\n  type: my login\n',
    'config.yaml:2:3: auth.type: expected "password" or the name of an authenticator class',
  ],
  [
    'settings of a class that are no mapping, unseen',
    'auth:\n  type: x.Y\n  Y: hunter2\n',
    'config.yaml:3:3: auth.Y: expected a mapping, found text',
  ],
  [
    'a timeout that is too short',
    cull('timeout: 5'),
    'config.yaml:3:5: services.cull.timeout: expected 60 seconds or more',
  ],
  [
    'a timeout with a unit',
    cull('timeout: 10m'),
    'config.yaml:3:5: services.cull.timeout: expected a number, found text',
  ],
  ['a look too often', cull('every: 1'), 'config.yaml:3:5: services.cull.every: expected 10 seconds or more'],
  [
    'too many at once',
    cull('concurrency: 500'),
    'config.yaml:3:5: services.cull.concurrency: expected 1 to 50',
  ],
  [
    'an age below zero',
    cull('max_age: -1'),
    'config.yaml:3:5: services.cull.max_age: expected 0 seconds or more',
  ],
  [
    'a switch in quotes',
    cull('enabled: "yes"'),
    'config.yaml:3:5: services.cull.enabled: expected true or false, found text',
  ],
  [
    'people that a timer takes off',
    cull('users: true'),
    'config.yaml:3:5: services.cull.users: only false: people are taken off this machine by an administrator, never by a timer',
  ],
]

/** Ten times what is below. */
const level = (name: string, below: string): string =>
  `${name}: &${name} [${Array.from({ length: 10 }, () => `*${below}`).join(', ')}]\n`

describe('a config with a mistake', () => {
  test.each(ROWS)('%s', (_, text, said) => {
    expect(mistakes(text)).toBe(said)
  })

  test('is told of all of them, in the order of the file', () => {
    const text = 'http:\n  port: 0\n  adress: x\nusers:\n  admin: [A, b c]\n'
    expect(mistakes(text)).toMatchInlineSnapshot(`
      "config.yaml:2:3: http.port: expected a port, 1 to 65535
      config.yaml:3:3: http.adress: unknown key
      config.yaml:5:11: users.admin.0: write it as a: this is how it is used everywhere
      config.yaml:5:14: users.admin.1: the name 'b c' has a space, which is not one of a-z 0-9 . _ @ + -"
    `)
  })

  test('that makes a small file huge is one too', () => {
    const text = `a: &a [x, x, x]\n${level('b', 'a')}${level('c', 'b')}${level('d', 'c')}`
    expect(mistakes(text)).toMatch(/^config\.yaml: Excessive alias count/)
  })
})
