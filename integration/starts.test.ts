/** Twenty people start at once on this machine's cores: all come up in order, told where they stand; all stop. */
import { expect } from 'vitest'

import { addAndEnter } from './support/administrator.ts'
import { machineTest, type Machine } from './support/machine.ts'
import { askForServer, startEvents } from './support/starts.ts'
import { until } from './support/until.ts'

const test = machineTest({ image: 'installed' })

const PEOPLE = 20
/** Twenty starts are half a minute of two idle cores, and these cores are rarely idle. */
const STARTS_MS = 300_000
const WAITING = /Many servers are starting\. (\d+ (?:person|people) before you|Yours is next)\./

/** What is left of people's servers: units, sockets, environments, routes. */
async function traces(machine: Machine): Promise<string> {
  return machine.sh(`systemctl list-units --plain --no-legend 'jupyter@*'
    find /run/tljh/user -name '*.sock'; find /run/tljh/env /run/tljh-hub/routes/user -mindepth 1`)
}

test('twenty starts at once all come up, and all stop', { timeout: 600_000 }, async ({ machine }) => {
  const names = Array.from({ length: PEOPLE }, (_, at) => `pupil${at + 1}`)
  const people = await addAndEnter(machine, names)

  const pages = await Promise.all(people.map(askForServer))
  expect(pages.map(({ status }) => status)).toEqual(Array.from({ length: PEOPLE }, () => 200))
  expect(pages.filter(({ text }) => WAITING.test(text)).length, 'the page tells the place').toBeGreaterThan(0)

  const events = await Promise.all(people.map(async (person) => startEvents(person, STARTS_MS)))
  expect(events.map((told) => told.at(-1)?.ready)).toEqual(Array.from({ length: PEOPLE }, () => true))
  const places = events
    .map((told) =>
      told.flatMap(({ message = '' }) => /(\d+) (?:person|people) before you/.exec(message)?.[1] ?? []),
    )
    .map((told) => told.map(Number))
  const longest = places.toSorted((a, b) => b.length - a.length)[0] ?? []
  expect(longest.length, 'the place is told again when it changes').toBeGreaterThan(1)
  for (const told of places) expect(told, 'nobody is overtaken').toEqual(told.toSorted((a, b) => b - a))

  await Promise.all(people.map(async (person) => person.spawn()))
  const log = await machine.sh(`journalctl --no-pager --output=cat --unit=jupyterhub.service
    journalctl --no-pager --output=cat --identifier=tljh_proxy`)
  expect(log).toMatch(/\b200 GET \/hub\//)
  expect(log.split('\n').filter((line) => /\b(429|50\d) (GET|POST|\d)|" (429|5\d\d) /.test(line))).toEqual([])

  await Promise.all(people.map(async (person) => person.stopServer()))
  await until(
    async () => traces(machine),
    (left) => left === '',
  )
})
