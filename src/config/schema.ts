/** What an operator may write in config.yaml. A key's description is its documentation. */
import * as z from 'zod'

import { homes, usersSchema } from './schema-users.ts'
import type { NameRule } from './schema-users.ts'
import { parseSize } from './size.ts'

const SIZE = 'expected a size such as 512M or 1.5G'
/** Without a suffix a number means bytes: a plain 512 is a slip, and no server starts in it. */
const LEAST = 64 * 1024 ** 2

const size = z
  .union([z.string(), z.number()], SIZE)
  .refine((value) => parseSize(value) !== undefined, { message: SIZE, abort: true })
  .transform((value) => parseSize(value) ?? 0)
  .refine((bytes) => bytes >= LEAST, 'expected at least 64M: no server starts in less')

const atLeast = (least: number, unit: string) =>
  z.number().int().min(least, `expected ${least} ${unit} or more`)

const PORT = 'expected a port, 1 to 65535'
/** Where the hub's API listens, for servers and services of this machine; see templates/opt/tljh/proxy. */
const API_PORT = 880

const port = z
  .number()
  .int()
  .min(1, PORT)
  .max(65_535, PORT)
  .refine((number) => number !== API_PORT, `expected another port: ${API_PORT} is for the hub itself`)

const address = z
  .string()
  .refine(
    (text) => text === '' || z.union([z.ipv4(), z.ipv6()]).safeParse(text).success,
    'expected an IP address',
  )

const basePath = z
  .string()
  .regex(
    /^\/((?!\.{1,2}\/)[A-Za-z0-9._~-]+\/)*$/,
    'expected a path that begins and ends with /, such as / or /jupyter/',
  )

const limits = z
  .strictObject({
    memory: size
      .nullable()
      .default(null)
      .describe(
        'Memory for one person’s server, such as 1G. Default: worked out from the memory of the machine.',
      ),
    cpu: z
      .number()
      .positive('expected more than 0 cores, such as 0.5')
      .nullable()
      .default(null)
      .describe('Cores for one person’s server, such as 0.5 or 2. Default: no ceiling, all share alike.'),
    tasks: z
      .number()
      .int()
      .min(32, 'expected at least 32: JupyterLab with one kernel needs about 20')
      .nullable()
      .default(null)
      .describe(
        'Processes and threads for one person’s server. Default: 512, or 16 for each core if that is more.',
      ),
  })
  .prefault({})

const http = z
  .strictObject({
    address: address.default('').describe('Address to listen on; empty for all.'),
    port: port.default(80).describe('Port to listen on.'),
  })
  .prefault({})

const cull = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Stop servers that nobody uses.'),
    timeout: atLeast(60, 'seconds')
      .default(600)
      .describe('Seconds without activity after which a server is stopped.'),
    every: atLeast(10, 'seconds').default(60).describe('Seconds between two looks.'),
    concurrency: z
      .number()
      .int()
      .min(1, 'expected 1 to 50')
      .max(50, 'expected 1 to 50')
      .default(5)
      .describe('Servers stopped at the same time.'),
    max_age: atLeast(0, 'seconds')
      .default(0)
      .describe('Seconds after which a server is stopped even if it is in use; 0 for never.'),
    users: z
      .literal(false, 'only false: people are taken off this machine by an administrator, never by a timer')
      .default(false)
      .describe('Known to The Littlest JupyterHub; only false is possible here.'),
    remove_named_servers: z
      .literal(false, 'only false: there are no named servers here')
      .default(false)
      .describe('Known to The Littlest JupyterHub; only false is possible here.'),
  })
  .prefault({})

const environment = z
  .strictObject({
    default_app: z
      .enum(['jupyterlab', 'classic'], 'expected jupyterlab or classic')
      .default('jupyterlab')
      .describe('What opens after login: JupyterLab, or the Notebook ("classic").'),
  })
  .prefault({})

/** Traits of an authenticator class: everything in auth except type. */
const auth = z
  .object({
    type: z
      .string()
      .regex(/^[A-Za-z_][\w.]*$/, 'expected "password" or the name of an authenticator class')
      .default('password')
      .describe(
        'How people log in: password, or an authenticator class such as oauthenticator.github.GitHubOAuthenticator.',
      ),
  })
  .catchall(
    z.record(
      z.string(),
      z.unknown(),
      'expected settings of a class, such as `GitHubOAuthenticator: {client_id: …}`',
    ),
  )
  .prefault({})

/** The closed schema. @param rule says what is wrong with a hub name, undefined when it is right */
// eslint-disable-next-line typescript/explicit-module-boundary-types -- the type is the schema
export function configSchema(rule: NameRule) {
  return z.strictObject({
    base_url: basePath.default('/').describe('Path under which everything is served.'),
    users: usersSchema(rule).describe('Who may log in, and as what.'),
    homes: homes.describe('Where people’s files lie.'),
    limits: limits.describe('What one person’s server may use.'),
    http: http.describe('Where the front door listens.'),
    user_environment: environment.describe('What people get.'),
    services: z
      .strictObject({ cull: cull.describe('Stopping idle servers.') })
      .prefault({})
      .describe('Services beside the hub.'),
    auth: auth.describe('How people log in.'),
  })
}

/** What was decided: every default applied, sizes in bytes. */
export type Config = z.output<ReturnType<typeof configSchema>>
