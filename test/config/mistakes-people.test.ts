import { describe, expect, test } from 'vitest'

import { mistakes } from '../support/mistakes.ts'

const UID = 'expected a number from 1000 to 60000'
const ORDER = 'expected a number that is not below uid_min'
const GROUP = 'expected the name of a unix group: lower-case letters, digits, - and _'
const OURS = 'expected another name: groups of the hub itself begin like this'
const FOLDER = 'expected a folder such as /home or /srv/homes: letters, digits, . - and _ between the slashes'
const OTHER = 'expected another folder: this one is for the system or the hub itself'

/** What is wrong, the lines under `users`, and what is said. */
const USERS: readonly (readonly [string, string, string])[] = [
  ['one name for operators', '  operators: olga\n', '2:3: users.operators: expected a list, found text'],
  [
    'a bad name of an operator',
    '  operators: [Olga]\n',
    '2:15: users.operators.0: write it as olga: this is how it is used everywhere',
  ],
  [
    'a number for an operator',
    '  operators: [1e3]\n',
    '2:15: users.operators.0: expected text, found a number (put it in quotes)',
  ],
  [
    'a list for instructors',
    '  instructors: [tina]\n',
    '2:3: users.instructors: expected a mapping, found a list',
  ],
  [
    'a group with one instructor',
    '  instructors: {course-a: tina}\n',
    '2:17: users.instructors.course-a: expected a list, found text',
  ],
  [
    'a bad name of an instructor',
    '  instructors:\n    course-a: [tina, "a b"]\n',
    "3:22: users.instructors.course-a.1: the name 'a b' has a space, which is not one of a-z 0-9 . _ @ + -",
  ],
  [
    'a bad name of a group that is taught',
    '  instructors: {Course A: [tina]}\n',
    `2:17: users.instructors.Course A: ${GROUP}`,
  ],
  [
    'a group that is too long',
    `  instructors: {${'g'.repeat(33)}: []}\n`,
    `2:17: users.instructors.${'g'.repeat(33)}: ${GROUP}`,
  ],
  ['a group that begins with a digit', '  instructors: {1a: []}\n', `2:17: users.instructors.1a: ${GROUP}`],
  [
    'a group with a newline behind it',
    '  instructors: {"a\\n": []}\n',
    `2:17: users.instructors.a\n: ${GROUP}`,
  ],
  [
    'a group of the hub that is taught',
    '  instructors: {jupyterhub-admins: [tina]}\n',
    `2:17: users.instructors.jupyterhub-admins: ${OURS}`,
  ],
  [
    'the group of a person that is taught',
    '  instructors: {jupyter-ada: [tina]}\n',
    `2:17: users.instructors.jupyter-ada: ${OURS}`,
  ],
  ["a number that is the system's", '  uid_min: 999\n', `2:3: users.uid_min: ${UID}`],
  ['a number that is too high', '  uid_max: 60001\n', `2:3: users.uid_max: ${UID}`],
  ['half a number', '  uid_min: 20000.5\n', '2:3: users.uid_min: expected a whole number, found a number'],
  ['a number in quotes', '  uid_min: "20000"\n', '2:3: users.uid_min: expected a number, found text'],
  ['a last number below the first', '  uid_min: 30000\n  uid_max: 29999\n', `3:3: users.uid_max: ${ORDER}`],
  [
    'a last number below the first, the other way round',
    '  uid_max: 29999\n  uid_min: 30000\n',
    `2:3: users.uid_max: ${ORDER}`,
  ],
  ['a last number below the first that is not written', '  uid_max: 19999\n', `2:3: users.uid_max: ${ORDER}`],
  ['a first number above the last that is not written', '  uid_min: 60000\n', `1:1: users.uid_max: ${ORDER}`],
  ['a word that means operators', '  operator: [olga]\n', '2:3: users.operator: unknown key'],
]

/** What is wrong, the line under `homes`, and what is said. */
const HOMES: readonly (readonly [string, string, string])[] = [
  ['a folder that is not absolute', 'path: home', `homes.path: ${FOLDER}`],
  ['no folder', 'path: ""', `homes.path: ${FOLDER}`],
  ['the root', 'path: /', `homes.path: ${FOLDER}`],
  ['a folder that climbs', 'path: /srv/../etc', `homes.path: ${FOLDER}`],
  ['a folder here', 'path: /srv/./homes', `homes.path: ${FOLDER}`],
  ['a slash at the end', 'path: /home/', `homes.path: ${FOLDER}`],
  ['two slashes', 'path: /srv//homes', `homes.path: ${FOLDER}`],
  ['a space', 'path: /srv/my homes', `homes.path: ${FOLDER}`],
  ['a unit specifier', 'path: /srv/%h', `homes.path: ${FOLDER}`],
  ['a colon, which would split passwd', 'path: "/srv/a:0:0"', `homes.path: ${FOLDER}`],
  ['a newline', String.raw`path: "/home\n"`, `homes.path: ${FOLDER}`],
  ['letters of another script', 'path: /hоme', `homes.path: ${FOLDER}`],
  ['a hidden folder', 'path: /srv/.homes', `homes.path: ${FOLDER}`],
  ['a list of folders', 'path: [/home]', 'homes.path: expected text, found a list'],
  ['a word for a switch', 'mount: yes', 'homes.mount: expected true or false, found text'],
  ['an unknown key', 'umask: 77', 'homes.umask: unknown key'],
]

const SYSTEM =
  '/opt/tljh /opt/tljh/homes /run /run/user /proc /sys /dev/shm /etc /etc/skel /tmp /tmp/a /usr /usr/local/home /boot /root /root/homes /bin /lib64/a /var/run/a /var/lock'

describe('a mistake about people', () => {
  test.each(USERS)('%s', (_, lines, said) => {
    expect(mistakes(`users:\n${lines}`)).toBe(`config.yaml:${said}`)
  })

  test.each(HOMES)('%s', (_, line, said) => {
    expect(mistakes(`homes:\n  ${line}\n`)).toBe(`config.yaml:2:3: ${said}`)
  })

  test.each(SYSTEM.split(' '))('homes in %s', (path) => {
    expect(mistakes(`homes:\n  path: ${path}\n`)).toBe(`config.yaml:2:3: homes.path: ${OTHER}`)
  })

  test('does not hide the others', () => {
    const text = 'users:\n  admin: [A]\n  uid_min: 3000\n  uid_max: 2000\nhomes:\n  path: /\n  mount: 1\n'
    expect(mistakes(text)).toBe(
      [
        'config.yaml:2:11: users.admin.0: write it as a: this is how it is used everywhere',
        `config.yaml:4:3: users.uid_max: ${ORDER}`,
        `config.yaml:6:3: homes.path: ${FOLDER}`,
        'config.yaml:7:3: homes.mount: expected true or false, found a number',
      ].join('\n'),
    )
  })
})
