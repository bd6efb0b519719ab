import { describe, expect, test } from 'vitest'

import { listen, proxyConfig } from '../../src/hub/proxy.ts'
import { config, inputs } from '../support/server.ts'

describe('listen', () => {
  test.each([
    ['', 80, true, ['80 default_server', '[::]:80 default_server']],
    ['', 80, false, ['80 default_server']],
    ['', 8080, true, ['8080 default_server', '[::]:8080 default_server']],
    ['127.0.0.1', 80, true, ['127.0.0.1:80 default_server']],
    ['::1', 80, true, ['[::1]:80 default_server']],
    ['2001:db8::7', 8080, false, ['[2001:db8::7]:8080 default_server']],
  ] as const)('address %j, port %d, IPv6 %s', (...[address, port, hasIpv6, expected]) => {
    expect(listen({ address, port }, hasIpv6)).toEqual(expected)
  })
})

/** The regular expression of the names, as nginx has it. */
function namePattern(baseUrl: string): RegExp {
  const { text } = proxyConfig(config(`base_url: ${baseUrl}\n`), inputs())
  const [, pattern = '(?!)'] = /"~(\^[^"]*user\/[^"]*)"/.exec(text) ?? []
  return new RegExp(pattern)
}

describe('the name in a path', () => {
  test.each([
    ['/', '/user/ada/lab', 'ada'],
    ['/', '/user/ada', 'ada'],
    ['/', '/user/first.last@x/', 'first.last@x'],
    ['/', `/user/${'a'.repeat(64)}/`, 'a'.repeat(64)],
    ['/', `/user/${'a'.repeat(65)}/`, undefined],
    ['/', '/user/a:b/', undefined],
    ['/', '/user/a%b/', undefined],
    ['/', '/user/a b/', undefined],
    ['/', '/user//lab', undefined],
    ['/', '/users/ada/', undefined],
    ['/', '/x/user/ada/', undefined],
    ['/jupyter.hub/', '/jupyter.hub/user/ada/', 'ada'],
    ['/jupyter.hub/', '/jupyterxhub/user/ada/', undefined],
    ['/jupyter.hub/', '/user/ada/', undefined],
  ])('below %s, %s', (baseUrl, path, name) => {
    expect(namePattern(baseUrl).exec(path)?.groups?.['tljh_n']).toBe(name)
  })
})
