import { describe, expect, test } from 'vitest'

import { nameRule } from '../../src/cli/machine.ts'
import { parseConfig } from '../../src/config/load.ts'

const read = (text: string) => parseConfig(text, 'config.yaml', nameRule)

const DEFAULTS = read('')

describe('a config without mistakes', () => {
  test('has every default where nothing is written', () => {
    expect(DEFAULTS).toMatchInlineSnapshot(`
      {
        "auth": {
          "type": "password",
        },
        "base_url": "/",
        "homes": {
          "mount": false,
          "path": "/home",
        },
        "http": {
          "address": "",
          "port": 80,
        },
        "limits": {
          "cpu": null,
          "memory": null,
          "tasks": null,
        },
        "services": {
          "cull": {
            "concurrency": 5,
            "enabled": true,
            "every": 60,
            "max_age": 0,
            "remove_named_servers": false,
            "timeout": 600,
            "users": false,
          },
        },
        "user_environment": {
          "default_app": "jupyterlab",
        },
        "users": {
          "admin": [],
          "allowed": [],
          "banned": [],
          "extra_user_groups": {},
          "instructors": {},
          "operators": [],
          "uid_max": 59999,
          "uid_min": 20000,
        },
      }
    `)
  })

  test.each([
    ['comments alone', '# nothing yet\n'],
    ['a key without value', 'users:\n'],
    ['keys whose content is commented out', 'users:\n  admin:\n  #  - ada\nhttp:\n  # port: 80\n'],
    ['nothing, written down', '~\n'],
    ['a mark at the beginning', '\uFEFF# from an editor\n'],
  ])('means the same with %s', (_, text) => {
    expect(read(text)).toEqual(DEFAULTS)
  })

  test.each([
    ['limits:\n  memory: 1.5G\n', { limits: { memory: 1_610_612_736, cpu: null, tasks: null } }],
    ['limits:\n  memory: 536870912\n', { limits: { memory: 536_870_912, cpu: null, tasks: null } }],
    ['http:\n  address: "::1"\n', { http: { address: '::1', port: 80 } }],
    ['http:\n  address: 127.0.0.1\n  port: 8080\n', { http: { address: '127.0.0.1', port: 8080 } }],
    ['base_url: /a/b-c.d~e_f/\n', { base_url: '/a/b-c.d~e_f/' }],
    [
      'users: {admin: &all [ada], allowed: *all}\n',
      { users: { ...DEFAULTS.users, admin: ['ada'], allowed: ['ada'] } },
    ],
    [
      'auth:\n  type: oauthenticator.github.GitHubOAuthenticator\n  GitHubOAuthenticator:\n    scope: [a]\n',
      {
        auth: { type: 'oauthenticator.github.GitHubOAuthenticator', GitHubOAuthenticator: { scope: ['a'] } },
      },
    ],
    [
      'users:\n  operators: [olga]\n  instructors: {course-a: [tina], b: []}\n  uid_min: 1000\n  uid_max: 1000\n',
      {
        users: {
          ...DEFAULTS.users,
          operators: ['olga'],
          instructors: { 'course-a': ['tina'], b: [] },
          uid_min: 1000,
          uid_max: 1000,
        },
      },
    ],
    [
      'users: {uid_max: 60000, uid_min: 60000}\n',
      { users: { ...DEFAULTS.users, uid_min: 60_000, uid_max: 60_000 } },
    ],
    [
      'users: {admin: [ada], banned: [ada]}\n',
      { users: { ...DEFAULTS.users, admin: ['ada'], banned: ['ada'] } },
    ],
    ['homes: {path: /srv/_a.b-c/2, mount: true}\n', { homes: { path: '/srv/_a.b-c/2', mount: true } }],
    ['users:\r\n  admin: [ada]\r\n', { users: { ...DEFAULTS.users, admin: ['ada'] } }],
  ])('%j', (text, part) => {
    expect(read(text)).toEqual({ ...DEFAULTS, ...part })
  })

  test.each([
    '/home',
    '/homes',
    '/opt',
    '/opt/tljhs',
    '/var/lib/homes',
    '/runs',
    '/media/d.1',
    '/rooted',
    '/library',
  ])('homes may lie in %s', (path) => {
    expect(read(`homes: {path: ${path}}`).homes).toEqual({ path, mount: false })
  })
})
