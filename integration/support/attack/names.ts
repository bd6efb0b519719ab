/** Names that somebody may try: those that must be refused wherever they are asked, and odd ones that are names. */

/** What it is, and the name as text or as bytes that are no text. */
export type HostileName = readonly [what: string, name: string | Uint8Array]

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values)

const options: readonly HostileName[] = [
  ['nothing', ''],
  ['an option', '-rf'],
  ['an option of useradd', '-ou0'],
  ['a long option', '--admin'],
  ['the end of options', '--'],
  ['standard input', '-'],
  ['@ alone', '@'],
  ['+ alone', '+'],
  ['an option at the end', 'ada-'],
]

const paths: readonly HostileName[] = [
  ['this folder', '.'],
  ['the folder above', '..'],
  ['a way up', '../../etc/passwd'],
  ['a path', 'a/b'],
  ['an absolute path', '/etc/passwd'],
  ['a path of Windows', 'a\\b'],
  ['a home', '~root'],
  ['two dots inside', 'a..b'],
  ['an escaped way up', '%2e%2e%2f'],
  ['a hidden file', '.ada'],
  ['a dot at the end', 'nul.'],
]

const programs: readonly HostileName[] = [
  ['specifiers of units', '%i%u%h'],
  ['an escape of units', 'ada\\x2d'],
  ['a variable of units', '$MAINPID'],
  ['a format of Python', '{username}'],
  ['a template', '{{ 7 * 7 }}'],
  ['a block of a template', '{% raw %}'],
  ['a look-up', '${jndi:ldap://x/}'],
  ['a statement of SQL', `'; DROP TABLE people; --`],
  ['a condition of SQL', `' OR '1'='1`],
  ['double quotes', 'a"b'],
  ['a command', '$(id)'],
  ['a command in backticks', '`id`'],
  ['a second command', 'a;id'],
  ['a pipe', 'a|id'],
  ['a redirection', 'a>b'],
  ['all files', '*'],
  ['a file of one letter', '?'],
  ['an event of history', '!ada'],
  ['a script', '<script>alert(1)</script>'],
  ['a picture', '"><img src=x onerror=alert(1)>'],
  ['an entity', '&lt;b&gt;'],
  ['an address', 'javascript:alert(1)'],
  ['a query', 'a?b=c'],
  ['a fragment', 'a#b'],
  ['an escaped NUL', 'a%00b'],
  ['a filter of LDAP', '*)(uid=*'],
  ['a formula', '=1+1'],
  ['the prototype of objects', '__proto__'],
  ['the class of objects', '__class__'],
]

const hidden: readonly HostileName[] = [
  ['a newline', 'a\nb'],
  ['a newline at the end', 'ada\n'],
  ['a line of /etc/passwd', 'ada\nbob:x:0:0::/:/bin/sh'],
  ['a line of the hub', 'ada\n[W 2026-11-22 09:00:00.000 JupyterHub auth:1] forged by a name'],
  ['a line of the journal', 'ada\n<0>forged by a name'],
  ['a header', 'ada\r\nset-cookie: forged=1'],
  ['a tab', 'a\tb'],
  ['an escape of terminals', 'ada\u001B[2J\u001B]0;x\u0007'],
  ['backspaces', 'ada\b\b\beve'],
  ['NUL', 'ada\0'],
  ['DEL', 'ada\u007F'],
  ['a next line', 'ada\u0085'],
  ['a line separator', 'ada\u2028x'],
  ['a space before', ' ada'],
  ['a space behind', 'ada '],
  ['a space inside', 'ada bob'],
  ['a space alone', ' '],
  ['a space that does not break', 'ada\u00A0'],
  ['right to left', '\u202Eada'],
  ['right to left at the end', 'ada\u202Egnp.exe'],
  ['an isolate', '\u2066ada\u2069'],
  ['a mark of direction', '\u200Fada'],
  ['a space of no width', 'ada\u200B'],
  ['a joiner', 'a\u200Dda'],
  ['a mark of byte order', '\uFEFFada'],
  ['a soft hyphen', 'a\u00ADda'],
  ['a tag character', '\u{E0061}da'],
]

const forms: readonly HostileName[] = [
  ['a Cyrillic a', '\u0430da'],
  ['a Latin alpha', '\u0251da'],
  ['wide letters', '\uFF41\uFF44\uFF41'],
  ['mathematical letters', '\u{1D41A}\u{1D41D}\u{1D41A}'],
  ['an e with an accent, composed', 'jos\u00E9'],
  ['the same, decomposed', 'jose\u0301'],
  ['an s with two dots in NFC', '\u1E9B\u0323'],
  ['the same in NFD', '\u017F\u0323\u0307'],
  ['the same in NFKC', '\u1E69'],
  ['the same in NFKD', 's\u0323\u0307'],
  ['a ligature', '\uFB01n'],
  ['the sign of Kelvin, small: k', 'bob\u212A'],
  ['a capital that becomes two letters', '\u0130da'],
  ['a letter that becomes two', 'stra\u00DFe'],
  ['a raised digit', 'x\u00B2'],
  ['a digit of another script', '\u0661'],
  ['another script', '秀樹'],
  ['a picture', '\u{1F680}'],
]

const values: readonly HostileName[] = [
  ['a number below 0', '-1'],
  ['a number with a sign', '+1'],
  ['a number with a comma', '1,5'],
  ['half', '.5'],
  ['a time', '12:30:45'],
  ['nothing in YAML', '~'],
  ['a tag of YAML', '!!str'],
  ['an anchor', '&a'],
  ['a mapping', 'a: b'],
  ['a list', '[]'],
  ['an object', '{}'],
  ['a comment', '#ada'],
  ['65 characters', 'x'.repeat(65)],
  ['200 characters', 'x'.repeat(200)],
  ['10 000 characters', 'x'.repeat(10_000)],
  ['64 characters of 128 bytes', '\u00E9'.repeat(64)],
  ['an account that begins with _', '_apt'],
  ['an account with its number', 'root:0'],
  ['root with an end', 'root@'],
]

const broken: readonly HostileName[] = [
  ['a byte of no text', bytes(0x61, 0xff)],
  ['text in another encoding', bytes(0x6a, 0x6f, 0x73, 0xe9)],
  ['a letter that breaks off', bytes(0x61, 0xc3)],
  ['an overlong slash', bytes(0x61, 0xc0, 0xaf)],
  ['half a pair', bytes(0x61, 0xed, 0xb3, 0xbf)],
]

/** Names that are refused. */
export const hostileNames: readonly HostileName[] = [
  ...options,
  ...paths,
  ...programs,
  ...hidden,
  ...forms,
  ...values,
  ...broken,
]

/** How some of them stand in a log. */
export const SHOWN: readonly (readonly [name: string, shown: string])[] = [
  ['ada\nbob:x:0:0::/:/bin/sh', String.raw`ada\u{a}bob:x:0:0::/:/bin/sh`],
  ['ada\u001B[2J\u001B]0;x\u0007', String.raw`ada\u{1b}[2J\u{1b}]0;x\u{7}`],
  ['\u202Eada', String.raw`\u{202e}ada`],
  ['a\\b', String.raw`a\u{5c}b`],
  ['\u{E0061}da', String.raw`\u{e0061}da`],
  ['x'.repeat(65), 'x'.repeat(65)],
  ['x'.repeat(200), `${'x'.repeat(80)}…`],
]

/** Names that are none of the system's business: what is typed, the hub name where it is another one, the unix name. */
export const goodNames: readonly (readonly [typed: string, unix: string, name?: string])[] = [
  // As TLJH gives them: vectors/names.tsv.
  ['a', 'jupyter-a'],
  ['alice', 'jupyter-alice'],
  ['root', 'jupyter-root'],
  ['xxxxxxxxxxxxxxxxx', 'jupyter-xxxxxxxxxxxxxxxxx'],
  ['xxxxxxxxxxxxxxxxxx', 'jupyter-xxxxxxxxxxxxxxxxxx-08411'],
  ['abcdefghijklmnopqr', 'jupyter-abcdefghijklmnopqr-e375e'],
  ['aaaaaaaaaaaaaaaaaaaaaaaaa', 'jupyter-aaaaaaaaaaaaaaaaaa-94b8c'],
  ['jupyter-nested-name-x', 'jupyter-jupyter-nested-nam-b0bb0'],
  ['student-2026-spring-001', 'jupyter-student-2026-sprin-75f0d'],
  ['student-2026-spring-002', 'jupyter-student-2026-sprin-e37a8'],
  ['0123456789abcdef0123456789abcdef', 'jupyter-0123456789abcdef01-86b26'],
  ['aelie9sohjeequ9iemeipuimuoshahz4aitugiuteeg4ohioh5yuiha6aei7te5z', 'jupyter-aelie9sohjeequ9iem-4b726'],
  // Values of YAML.
  ['yes', 'jupyter-yes'],
  ['no', 'jupyter-no'],
  ['null', 'jupyter-null'],
  ['true', 'jupyter-true'],
  ['0', 'jupyter-0'],
  ['007', 'jupyter-007'],
  ['1e3', 'jupyter-1e3'],
  ['0x10', 'jupyter-0x10'],
  ['1.5', 'jupyter-1-5-0baa5'],
  ['2026-01-01', 'jupyter-2026-01-01'],
  // Names that mean something elsewhere.
  ['constructor', 'jupyter-constructor'],
  ['tostring', 'jupyter-tostring'],
  ['nobody', 'jupyter-nobody'],
  ['tljh-hub', 'jupyter-tljh-hub'],
  ['jupyter-root', 'jupyter-jupyter-root'],
  ['hub', 'jupyter-hub'],
  ['con', 'jupyter-con'],
  ['root@x.service', 'jupyter-root-x-service-3b772'],
  // Capitals are the same name.
  ['MARIA', 'jupyter-maria', 'maria'],
  ['Eve@Example.ORG', 'jupyter-eve-example-org-4393f', 'eve@example.org'],
]
