import { describe, expect, test } from 'vitest'

import { Refusal } from '../../src/helper/answer.ts'
import { parseRequest, REQUEST_MAX } from '../../src/helper/request.ts'

const line = (text: string): Buffer => Buffer.from(text)

describe('a good request', () => {
  test.each([
    ['{"verb":"stop","name":"bob"}\n', { verb: 'stop', name: 'bob' }],
    ['{"verb":"status","name":"bob"}', { verb: 'status', name: 'bob' }],
    [' {"name":"bob","verb":"status"} \n', { verb: 'status', name: 'bob' }],
    [
      '{"verb":"check-password","name":"秀樹","password":""}\n',
      { verb: 'check-password', name: '秀樹', password: '' },
    ],
    [
      '{"verb":"change-password","name":"b","password":"x","new":"y"}\n',
      { verb: 'change-password', name: 'b', password: 'x', new: 'y' },
    ],
    [
      '{"verb":"start","name":"bob","env":{"TZ":"UTC"}}\n',
      { verb: 'start', name: 'bob', env: new Map([['TZ', 'UTC']]) },
    ],
    ['{"verb":"start","name":"bob","env":{}}\n', { verb: 'start', name: 'bob', env: new Map() }],
  ])('%s', (text, request) => {
    expect(parseRequest(line(text))).toEqual(request)
  })

  test('may have exactly 64 KiB before the newline', () => {
    const start = '{"verb":"stop","name":"'
    const text = `${start}${'x'.repeat(REQUEST_MAX - start.length - 2)}"}`
    expect(parseRequest(line(`${text}\n`)).verb).toBe('stop')
    expect(() => parseRequest(line(`${text} \n`))).toThrow('longer than 65536 bytes')
    expect(() => parseRequest(line(`${text} `))).toThrow('longer than 65536 bytes')
  })
})

describe('a bad request', () => {
  test.each([
    ['', 'not JSON'],
    ['\n', 'not JSON'],
    ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'more than one line'],
    ['GET / HTTP/1.1', 'not JSON'],
    ['{"verb":"stop","name":"bob"', 'not JSON'],
    [`{'verb':'stop','name':'bob'}\n`, 'not JSON'],
    ['{"verb":"stop","name":"bob"}\n{"verb":"stop","name":"ann"}\n', 'more than one line'],
    ['{"verb":"stop","name":"bob"}\nx', 'more than one line'],
    ['{"verb":"stop","name":"bob"} {}\n', 'not JSON'],
    ['null\n', 'not a JSON object'],
    ['true\n', 'not a JSON object'],
    ['1\n', 'not a JSON object'],
    ['"stop"\n', 'not a JSON object'],
    ['[{"verb":"stop","name":"bob"}]\n', 'not a JSON object'],
    ['{}\n', `'verb' is not a text`],
    ['{"verb":null,"name":"bob"}\n', `'verb' is not a text`],
    ['{"verb":["stop"],"name":"bob"}\n', `'verb' is not a text`],
    ['{"verb":"Stop","name":"bob"}\n', `unknown verb 'Stop'`],
    ['{"verb":"exec","name":"bob"}\n', `unknown verb 'exec'`],
    ['{"verb":"constructor","name":"bob"}\n', `unknown verb 'constructor'`],
    [String.raw`{"verb":"a\nb","name":"bob"}`, String.raw`unknown verb 'a\u{a}b'`],
    ['{"verb":"stop"}\n', `'name' is missing`],
    ['{"verb":"stop","name":"bob","uid":0}\n', `unknown key 'uid'`],
    ['{"verb":"stop","name":"bob","__proto__":{}}\n', `unknown key '__proto__'`],
    ['{"verb":"stop","Name":"bob"}\n', `unknown key 'Name'`],
    ['{"verb":"stop","name":7}\n', `'name' is not a text`],
    ['{"verb":"stop","name":{"toString":"bob"}}\n', `'name' is not a text`],
    ['{"verb":"stop","name":["bob"]}\n', `'name' is not a text`],
    [String.raw`{"verb":"stop","name":"bob\ud800"}`, `'name' is not a text`],
    ['{"verb":"start","name":"bob"}\n', `'env' is missing`],
    ['{"verb":"start","name":"bob","env":null}\n', `'env' is not an object`],
    ['{"verb":"start","name":"bob","env":["A=b"]}\n', `'env' is not an object`],
    ['{"verb":"start","name":"bob","env":{"TZ":1}}\n', `env 'TZ' is not a text`],
    ['{"verb":"start","name":"bob","env":{"TZ":null}}\n', `env 'TZ' is not a text`],
    ['{"verb":"start","name":"bob","env":{},"cmd":"/bin/sh"}\n', `unknown key 'cmd'`],
    ['{"verb":"start","name":"bob","env":{},"limits":{}}\n', `unknown key 'limits'`],
    ['{"verb":"check-password","name":"bob"}\n', `'password' is missing`],
    ['{"verb":"check-password","name":"bob","password":null}\n', `'password' is not a text`],
    ['{"verb":"check-password","name":"bob","password":"x","new":"y"}\n', `unknown key 'new'`],
    ['{"verb":"change-password","name":"bob","password":"x"}\n', `'new' is missing`],
    ['{"verb":"change-password","name":"bob","password":"x","new":0}\n', `'new' is not a text`],
  ])('%j', (text, part) => {
    const attempt = (): unknown => parseRequest(line(text))
    expect(attempt).toThrow(Refusal)
    expect(attempt).toThrow(expect.objectContaining({ code: 'bad-request' }))
    expect(attempt).toThrow(part)
  })

  test.each([
    ['bytes that are no UTF-8', Buffer.from([...Buffer.from('{"verb":"stop","name":"b'), 0xff, 0x22, 0x7d])],
    ['a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, ...Buffer.from('{"verb":"stop","name":"b"}')])],
    ['zeros', Buffer.alloc(100)],
    ['deep nesting', Buffer.from('['.repeat(60_000))],
    ['UTF-16', Buffer.from('{"verb":"stop","name":"b"}', 'utf16le')],
  ])('%s', (_, bytes) => {
    expect(() => parseRequest(bytes)).toThrow(Refusal)
  })
})
