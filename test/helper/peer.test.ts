import { expect, test } from 'vitest'

import { mayAsk, peerUid } from '../../src/helper/peer.ts'

const passwd = 'root:x:0:0:root:/root:/bin/bash\ntljh-hub:x:990:990::/:/x\njupyter-bob:x:20000:20000::/h:/s\n'

test.each([
  ['1-234-990', 990],
  ['12-0-0', 0],
  ['7-4711-234_99887766-990', 990],
  ['7-4711-234-990', 990],
  [undefined, undefined],
  ['', undefined],
  ['990', undefined],
  ['1-990', undefined],
  ['7-4711-unknown', undefined],
  ['1-2-', undefined],
  ['1-2--1', undefined],
  ['1-2-0x', undefined],
  ['1-2-3-4-0', undefined],
  ['1-2-0\n', undefined],
])('the uid of %j is %j', (instance, uid) => {
  expect(peerUid(instance)).toBe(uid)
})

test.each([
  ['1-2-0', true],
  ['1-2-990', true],
  ['1-2-20000', false],
  ['1-2-65534', false],
  [undefined, false],
])('%j may ask: %j', (instance, may) => {
  expect(mayAsk(instance, passwd)).toBe(may)
})

test('without an account of the hub only root may ask', () => {
  expect(mayAsk('1-2-990', '')).toBe(false)
  expect(mayAsk('1-2-0', '')).toBe(true)
})
