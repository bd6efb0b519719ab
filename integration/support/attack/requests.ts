/** Bad requests to the helper: each with the code of its refusal and what the sentence says. */

/** One row: what is sent, as bytes or as an object of which one line of JSON is made. */
export interface BadRequest {
  readonly what: string
  readonly send: string | Uint8Array | object
  readonly error: 'bad-request' | 'bad-name' | 'not-allowed' | 'denied'
  readonly says: RegExp
}

const start = (env: object, name: unknown = 'alice'): object => ({ verb: 'start', name, env })
const named = (name: unknown, verb = 'stop'): object => ({ verb, name })

const shapes: readonly BadRequest[] = [
  { what: 'nothing', send: '', error: 'bad-request', says: /not JSON/ },
  { what: 'an empty line', send: '\n', error: 'bad-request', says: /not JSON/ },
  { what: 'text', send: 'start alice\n', error: 'bad-request', says: /not JSON/ },
  { what: 'a request of HTTP', send: 'GET / HTTP/1.1\r\n', error: 'bad-request', says: /not JSON/ },
  {
    what: 'bytes that are not UTF-8',
    send: Buffer.from('{"verb":"stop","name":"\xff"}\n', 'latin1'),
    error: 'bad-request',
    says: /UTF-8/,
  },
  { what: 'half a line', send: '{"verb":"stop","na', error: 'bad-request', says: /not JSON/ },
  {
    what: 'two lines',
    send: '{"verb":"stop","name":"alice"}\n{"verb":"stop","name":"bob"}\n',
    error: 'bad-request',
    says: /more than one line/,
  },
  {
    what: '70 000 bytes',
    send: named('a'.repeat(70_000)),
    error: 'bad-request',
    says: /longer than 65536 bytes/,
  },
  {
    what: '10 000 000 bytes without an end',
    send: 'a'.repeat(10_000_000),
    error: 'bad-request',
    says: /longer than 65536 bytes/,
  },
  { what: '60 000 brackets', send: `${'['.repeat(60_000)}\n`, error: 'bad-request', says: /not JSON/ },
  { what: 'a list', send: [named('alice')], error: 'bad-request', says: /not a JSON object/ },
  { what: 'null', send: 'null\n', error: 'bad-request', says: /not a JSON object/ },
  { what: 'no verb', send: { name: 'alice' }, error: 'bad-request', says: /'verb' is not a text/ },
  {
    what: 'a verb that is a list',
    send: { verb: ['stop'], name: 'alice' },
    error: 'bad-request',
    says: /'verb' is not a text/,
  },
  {
    what: 'an unknown verb',
    send: named('alice', 'exec'),
    error: 'bad-request',
    says: /unknown verb 'exec'/,
  },
  {
    what: 'a verb of plain objects',
    send: named('alice', 'constructor'),
    error: 'bad-request',
    says: /unknown verb/,
  },
  {
    what: 'an unknown key',
    send: { ...named('alice'), uid: 0 },
    error: 'bad-request',
    says: /unknown key 'uid'/,
  },
  {
    what: 'the key __proto__',
    send: '{"verb":"stop","name":"alice","__proto__":{"admin":true}}\n',
    error: 'bad-request',
    says: /unknown key '__proto__'/,
  },
  {
    what: 'a start without an environment',
    send: named('alice', 'start'),
    error: 'bad-request',
    says: /'env' is missing/,
  },
  { what: 'a name that is a number', send: named(7), error: 'bad-request', says: /'name' is not a text/ },
  { what: 'a name that is null', send: named(null), error: 'bad-request', says: /'name' is not a text/ },
  {
    what: 'an environment that is a list',
    send: start(['A=1']),
    error: 'bad-request',
    says: /'env' is not an object/,
  },
  {
    what: 'a value that is a number',
    send: start({ JUPYTERHUB_USER: 1 }),
    error: 'bad-request',
    says: /'JUPYTERHUB_USER' is not a text/,
  },
]

const names: readonly BadRequest[] = [
  ['an empty name', ''],
  ['a name with /', 'a/b'],
  ['a name that climbs', '../../etc'],
  ['a name with two dots', 'a..b'],
  ['a name with a newline', 'alice\nroot'],
  ['a name with NUL', 'alice\0'],
  ['a name of 300 characters', 'a'.repeat(300)],
  ['a name that looks like an option', '--help'],
  ['a name with a space', 'alice bob'],
  ['a name with an instance of a unit', 'alice@x.service\\x2d'],
  ['a name in wide letters', 'ａｌｉｃｅ'],
  ['a name with a Cyrillic a', 'аlice'],
  ['a name with a hidden character', 'ali\u200Bce'],
  ['a name written from right to left', '\u202Eecila'],
].map(([what = '', name]) => ({ what, send: start({}, name), error: 'bad-name', says: /^the name '/ }))

const environments: readonly BadRequest[] = [
  ...[
    'LD_PRELOAD',
    'PATH',
    'PYTHONPATH',
    'HOME',
    'BASH_ENV',
    'JUPYTERHUB_SINGLEUSER_APP',
    'JUPYTERHUB_SINGLEUSER_EXTENSION',
    'JUPYTER_PATH',
    'lang',
    'LANG=C\nLD_PRELOAD',
    '__proto__',
  ].map((key): BadRequest => ({
    what: `the variable ${JSON.stringify(key)}`,
    send: `{"verb":"start","name":"alice","env":{${JSON.stringify(key)}:"/tmp/x"}}\n`,
    error: 'bad-request',
    says: /may not be set by the hub/,
  })),
  {
    what: 'a value with a newline',
    send: start({ LANG: 'C\nLD_PRELOAD=/tmp/x.so' }),
    error: 'bad-request',
    says: /control characters/,
  },
  {
    what: 'a value with NUL',
    send: start({ LANG: 'C\0' }),
    error: 'bad-request',
    says: /control characters/,
  },
  {
    what: 'a value of 10 000 characters',
    send: start({ LANG: 'C'.repeat(10_000) }),
    error: 'bad-request',
    says: /longer than 8192/,
  },
]

const strangers: readonly BadRequest[] = [
  {
    what: 'the start of somebody whom nobody added',
    send: start({}, 'stranger'),
    error: 'not-allowed',
    says: /not among the people/,
  },
  { what: 'the start of root', send: start({}, 'root'), error: 'not-allowed', says: /not among the people/ },
  {
    what: 'the start of the hub itself',
    send: start({}, 'tljh-hub'),
    error: 'not-allowed',
    says: /not among the people/,
  },
  {
    what: 'a wrong password',
    send: { verb: 'check-password', name: 'alice', password: 'wrong' },
    error: 'denied',
    says: /name or the password is wrong/,
  },
  {
    what: 'the password of somebody unknown',
    send: { verb: 'check-password', name: 'stranger', password: 'wrong' },
    error: 'denied',
    says: /name or the password is wrong/,
  },
  {
    what: 'a new password with a wrong old one',
    send: { verb: 'change-password', name: 'alice', password: 'wrong', new: 'correct horse 99' },
    error: 'denied',
    says: /name or the password is wrong/,
  },
]

/** All of them. */
export const badRequests: readonly BadRequest[] = [...shapes, ...names, ...environments, ...strangers]

/** The bytes of a row. */
export function bytesOf({ send }: BadRequest): string | Uint8Array {
  return typeof send === 'string' || send instanceof Uint8Array ? send : `${JSON.stringify(send)}\n`
}
