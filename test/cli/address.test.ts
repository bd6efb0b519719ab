import { expect, test } from 'vitest'

import { addressOf } from '../../src/cli/address.ts'
import { config } from '../support/server.ts'

test.each([
  ['', 'hub.example.org', 'http://hub.example.org/'],
  ['', '', 'http://127.0.0.1/'],
  ['', '2001:db8::7', 'http://[2001:db8::7]/'],
  ['http: {port: 8080}\n', 'hub.example.org', 'http://hub.example.org:8080/'],
  ['base_url: /jupyter/\n', 'hub.example.org', 'http://hub.example.org/jupyter/'],
  ['http: {address: 192.0.2.7}\n', 'hub.example.org', 'http://192.0.2.7/'],
  ['http: {address: "::1", port: 8080}\n', '', 'http://[::1]:8080/'],
])('%j on %j is at %s', (text, host, address) => {
  expect(addressOf(config(text), host)).toBe(address)
})
