import { describe, expect, test } from 'vitest'

import { commandEnvironment } from '../../src/host/environment.ts'

const fixed = commandEnvironment({})

describe('commandEnvironment', () => {
  test('is the same everywhere', () => {
    expect(fixed).toEqual({
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/root',
      LANG: 'C.UTF-8',
      LC_ALL: 'C.UTF-8',
      DEBIAN_FRONTEND: 'noninteractive',
      SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt',
    })
  })

  test.each([
    'http_proxy',
    'HTTPS_PROXY',
    'no_proxy',
    'ALL_PROXY',
    'PIP_INDEX_URL',
    'UV_INDEX_URL',
    'SSL_CERT_DIR',
  ])("hands the operator's %s on", (key) => {
    expect(commandEnvironment({ [key]: 'x' })).toEqual({ ...fixed, [key]: 'x' })
  })

  test("the operator's own certificates replace those of the machine", () => {
    expect(commandEnvironment({ SSL_CERT_FILE: '/own.pem' })['SSL_CERT_FILE']).toBe('/own.pem')
  })

  test.each([
    'PATH',
    'HOME',
    'LANG',
    'LD_PRELOAD',
    'PYTHONPATH',
    'PYTHONHOME',
    'NODE_OPTIONS',
    'BASH_ENV',
    'XPIP_A',
    'SUDO_USER',
  ])('keeps %s of the caller out', (key) => {
    expect(commandEnvironment({ [key]: 'x' })).toEqual(fixed)
  })

  test('what one command needs wins', () => {
    expect(commandEnvironment({ UV_CACHE_DIR: '/a' }, { UV_CACHE_DIR: '/b' })['UV_CACHE_DIR']).toBe('/b')
  })

  test('an unset variable is not handed on as text', () => {
    expect(commandEnvironment({ http_proxy: undefined })).toEqual(fixed)
  })
})
