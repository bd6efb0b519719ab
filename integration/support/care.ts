/** What operators and instructors do for people whom they look after, each step proved. */
import { expect } from 'vitest'

import { CHOSEN } from './administrator.ts'
import { Client } from './client.ts'
import { isIn, knock } from './login.ts'
import type { Machine } from './machine.ts'
import type { Sudo } from './sudo.ts'
import { until } from './until.ts'

/** Whether a unit runs. */
export const isActive = async (machine: Machine, unit: string): Promise<boolean> =>
  (await machine.run(['systemctl', 'is-active', '--quiet', unit])).code === 0

/** Runs a command that must succeed. @returns what was said */
export async function must(sudo: Sudo, words: string, input?: string): Promise<string> {
  const { code, text } = await sudo(words, input)
  expect({ words, code, text }).toMatchObject({ code: 0 })
  return text
}

/** Everything that both roles may do for somebody whom they look after. */
export async function lookAfter(machine: Machine, sudo: Sudo, name: string): Promise<void> {
  expect(await must(sudo, 'user list')).toContain(`jupyter-${name}`)
  expect(await must(sudo, `user show ${name}`)).toMatch(new RegExp(`\\bjupyter-${name}\\b`))

  await must(sudo, `user start ${name}`)
  expect(await isActive(machine, `jupyter@${name}.service`)).toBe(true)
  await must(sudo, `user stop ${name}`)
  expect(await isActive(machine, `jupyter@${name}.service`)).toBe(false)

  const oneTime = /one-time password: (\S+)/.exec(await must(sudo, `user password ${name}`))?.[1] ?? ''
  const person = new Client(machine.url)
  expect(await person.login(name, oneTime)).toBe('choose')
  await person.choosePassword('of my very own')
  await must(sudo, `user password ${name} --password-file -`, `${CHOSEN}\n`)
  expect(isIn(await knock(machine, name, CHOSEN))).toBe(true)

  await must(sudo, `user lock ${name} --reason away`)
  expect((await knock(machine, name, CHOSEN)).status).toBe(403)
  await must(sudo, `user unlock ${name}`)
  expect(isIn(await knock(machine, name, CHOSEN))).toBe(true)
}

/** Starts somebody's server over the hub, fails to enter it, and stops it. */
export async function careOverHub(client: Client, machine: Machine, name: string): Promise<void> {
  expect((await client.api('POST', `users/${name}/server`)).status).toBeOneOf([201, 202])
  await until(
    async () => isActive(machine, `jupyter@${name}.service`),
    (active) => active,
  )
  await until(
    async () => (await client.api('GET', `users/${name}`)).text,
    (text) => text.includes('"ready": true') || text.includes('"ready":true'),
  )
  for (const path of [`/user/${name}/lab`, `/user/${name}/api/contents`, `/hub/spawn/${name}`]) {
    const page = await client.request(path)
    expect({ path, status: page.status }).toEqual({ path, status: expect.toBeOneOf([403, 404]) })
  }
  expect((await client.api('DELETE', `users/${name}/server`)).status).toBeOneOf([202, 204])
  await until(
    async () => isActive(machine, `jupyter@${name}.service`),
    (active) => !active,
  )
}
