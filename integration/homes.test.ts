/** Homes: closed to others from the first moment, and never one that was there before. */
import { expect } from 'vitest'

import { addAndEnter, newcomer } from './support/administrator.ts'
import { machineTest } from './support/machine.ts'
import { askForServer, startEvents } from './support/starts.ts'
import { until } from './support/until.ts'

const test = machineTest({ image: 'installed' })
const SLOW = { timeout: 300_000 }

/** Looks at a path a few thousand times a second until a file appears; prints every owner and mode it saw. */
const WATCH = `
import os, sys, time
path, begun, end, seen = *sys.argv[1:], set()
open(begun, 'w').close()
while not os.path.exists(end):
    try:
        state = os.lstat(path)
        seen.add(f"{state.st_uid}:{state.st_mode & 0o7777:o}")
    except FileNotFoundError:
        seen.add("none")
    time.sleep(0.0003)
print(*sorted(seen))
`

test('a home is never open to others, not even while it is made', SLOW, async ({ machine }) => {
  const gil = await newcomer(machine, 'gil')
  const watch = machine.ok(['python3', '-c', WATCH, '/home/jupyter-gil', '/run/watching', '/run/watched'], {
    timeoutMs: 200_000,
  })
  await until(
    async () => (await machine.run(['test', '-e', '/run/watching'])).code,
    (code) => code === 0,
  )
  try {
    await gil.spawn()
  } finally {
    await machine.ok(['touch', '/run/watched'])
  }
  const uid = (await machine.ok(['id', '-u', 'jupyter-gil'])).trim()
  expect((await watch).trim().split(' ').toSorted()).toEqual([`${uid}:700`, 'none'].toSorted())
  expect(await machine.ok(['ls', '-A', '/home'])).not.toContain('.tljh-new')
  await gil.stopServer()
})

/** What may lie where a home is to be, as commands that make it. */
const IN_THE_WAY = {
  hanna: 'mkdir /home/jupyter-hanna',
  ida: 'mkdir -m 777 /home/jupyter-ida; chown nobody: /home/jupyter-ida',
  jan: 'echo mine >/home/jupyter-jan',
  karl: 'ln -s /root /home/jupyter-karl',
  lena: 'ln -s /nowhere /home/jupyter-lena',
  mona: 'mkfifo /home/jupyter-mona',
}

test('a home that is there already is refused with a sentence and left alone', SLOW, async ({ machine }) => {
  const names = Object.keys(IN_THE_WAY)
  await machine.sh(Object.values(IN_THE_WAY).join('; '))
  const look = async (): Promise<string> =>
    machine.sh(`cd /home; stat -c '%n %F %u %a %Y' ${names.map((name) => `jupyter-${name}`).join(' ')}`)
  const before = await look()
  const people = await addAndEnter(machine, names)
  for (const person of people) {
    await askForServer(person)
    const last = (await startEvents(person)).at(-1)
    expect(last).toMatchObject({ failed: true })
    expect(last?.message).toContain(`/home/jupyter-${person.name} is there already`)
    const home = await person.request('/hub/spawn-pending/' + person.name)
    expect(home.text).toContain('is there already')
  }
  expect(await look()).toBe(before)
  expect((await machine.run(['getent', 'passwd', ...names.map((name) => `jupyter-${name}`)])).stdout).toBe('')

  await machine.sh('rm /home/jupyter-lena')
  const lena = people[names.indexOf('lena')]
  await lena?.spawn()
  await lena?.stopServer()
})
