/** Calls to the hub's API that neither operators nor instructors may make. */
import type { Client } from '../client.ts'

type Call = readonly [method: string, path: string, json?: unknown]

/** What the hub may do for neither: `mine` is somebody whom they look after. */
export const beyond = (mine: string): readonly Call[] => [
  ['GET', `users/${mine}/tokens`],
  ['POST', `users/${mine}/tokens`, {}],
  ['POST', 'users/boss/tokens', {}],
  ['POST', 'users', { usernames: ['mallory'] }],
  ['POST', 'users/mallory'],
  ['PATCH', `users/${mine}`, { admin: true }],
  ['PATCH', `users/${mine}`, { name: 'mallory' }],
  ['DELETE', `users/${mine}`],
  ['GET', 'groups'],
  ['GET', 'groups/course-a'],
  ['POST', 'groups/mine'],
  ['DELETE', 'groups/course-a'],
  ['POST', 'groups/tljh-operators/users', { users: [mine] }],
  ['POST', 'groups/course-a/users', { users: ['bob'] }],
  ['GET', 'services'],
  ['GET', 'proxy'],
  ['POST', 'proxy'],
  ['POST', 'shutdown', {}],
]
/** The same verbs for somebody else. */
export const startAndStop = (name: string): readonly Call[] => [
  ['POST', `users/${name}/server`],
  ['DELETE', `users/${name}/server`],
]

/** The calls that were not refused, with what came instead. */
export async function notRefused(client: Client, calls: readonly Call[]): Promise<readonly object[]> {
  const answers = await Promise.all(
    calls.map(async ([method, path, json]) => {
      const { status } = await client.api(method, path, json)
      return { call: `${client.name}: ${method} ${path}`, status }
    }),
  )
  return answers.filter(({ status }) => ![403, 404, 405].includes(status))
}
