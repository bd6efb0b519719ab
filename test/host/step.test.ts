import { describe, expect, test } from 'vitest'

import { showArgument, showStep } from '../../src/host/step.ts'
import type { Step } from '../../src/host/step.ts'

const owned = { owner: 'root', group: 'tljh-hub' } as const

const homes = (...slugs: string[]): Step => ({
  do: 'homes',
  folder: '/home',
  skeleton: '/etc/skel',
  homes: slugs.map((slug) => ({ slug, home: `/home/jupyter-${slug}`, uid: 20_000, gid: 20_000 })),
})

describe('showStep', () => {
  test.each<[Step, string]>([
    [{ do: 'run', argv: ['systemctl', 'start', '--', 'a@b.service'] }, 'systemctl start -- a@b.service'],
    [{ do: 'run', argv: ['python', '-c', "print('x y')"] }, String.raw`python -c 'print('\''x y'\'')'`],
    [{ do: 'run', argv: ['chpasswd'], input: 'ada:hunter2', env: { TOKEN: 'hunter2' } }, 'chpasswd'],
    [{ do: 'write', path: '/f', text: 'hunter2', mode: 0o640, ...owned }, 'write /f (0640)'],
    [
      { do: 'write', path: '/f', text: 'hunter2', mode: 0, ...owned, secret: true },
      'write /f (0000, secret)',
    ],
    [{ do: 'mkdir', path: '/d', mode: 0o2710, ...owned }, 'make folder /d (2710)'],
    [{ do: 'attributes', path: '/d', mode: 0o755, ...owned }, 'set /d to 0755, owner root:tljh-hub'],
    [{ do: 'link', path: '/l', target: '/t' }, 'link /l -> /t'],
    [{ do: 'move', from: '/a', to: '/b' }, 'move /a to /b'],
    [{ do: 'remove', path: '/a' }, 'remove /a'],
    [
      {
        do: 'run',
        argv: ['systemd-sysusers', '-'],
        input: 'u hunter2',
        about: ['jupyter-ada', 'jupyter-bob'],
      },
      'systemd-sysusers - (jupyter-ada, jupyter-bob)',
    ],
    [
      { do: 'run', argv: ['systemd-sysusers', '-'], about: ['a', 'b', 'c', 'd', 'e'] },
      'systemd-sysusers - (a, b, c, d, e)',
    ],
    [
      { do: 'run', argv: ['systemd-sysusers', '-'], about: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
      'systemd-sysusers - (a, b, c, d, e and 2 more)',
    ],
    [homes('bob'), 'make homes (0700): /home/jupyter-bob'],
    [
      homes('a', 'b', 'c', 'd', 'e', 'f'),
      'make homes (0700): /home/jupyter-a, /home/jupyter-b, /home/jupyter-c, /home/jupyter-d, /home/jupyter-e and 1 more',
    ],
    [{ do: 'append', path: '/log', line: 'hunter2' }, 'add a line to /log'],
  ])('%j', (step, shown) => {
    expect(showStep(step)).toBe(shown)
  })
})

describe('showArgument', () => {
  test.each([
    ['--flag=/a/b:c,d', '--flag=/a/b:c,d'],
    ['', "''"],
    ['a b', "'a b'"],
    ['$HOME', "'$HOME'"],
    ['a;b', "'a;b'"],
    ['a\nb', "'a\nb'"],
    ["it's", String.raw`'it'\''s'`],
  ])('%j is shown as %j', (argument, shown) => {
    expect(showArgument(argument)).toBe(shown)
  })
})
