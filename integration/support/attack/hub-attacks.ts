/** Attacks over HTTP with what the attacker has: the token of her own server. */
import type { Attack } from './verdict.ts'

const API = 'http://127.0.0.1:880/hub/api'
const FRONT = 'http://127.0.0.1'

/** A request with the token of the server in whose kernel it runs; fails for any status from 400 on. */
const withToken = (url: string, more = ''): string =>
  `curl -sS --fail --max-time 30 ${more} -H "Authorization: token $JUPYTERHUB_API_TOKEN" ${url}`

/** The same as root, with the token of the culler: it may list people and stop servers. */
const asCuller = (url: string): string =>
  `curl -sS --fail --max-time 30 -H "Authorization: token $(cat /opt/tljh/state/culler.token)" ${url}`

const own = withToken(`${API}/user`)

/** All attacks over HTTP. */
export const hubAttacks: readonly Attack[] = [
  {
    id: 'H1',
    attack: 'people are listed',
    script: withToken(`${API}/users`),
    control: { script: asCuller(`${API}/users`) },
    tool: own,
  },
  {
    id: 'H1',
    attack: 'another is looked up',
    script: withToken(`${API}/users/alice`),
    control: { script: asCuller(`${API}/users/alice`) },
    tool: own,
  },
  {
    id: 'H1',
    attack: 'another is looked up through the front door',
    script: withToken(`${FRONT}/hub/api/users/alice`),
    control: { script: asCuller(`${FRONT}/hub/api/users/alice`) },
    tool: own,
  },
  {
    id: 'H2',
    attack: "another's server is asked through the front door",
    script: withToken(`${FRONT}/user/alice/api/status`),
    control: { by: 'victim' },
    tool: withToken(`${FRONT}/user/mallory/api/status`),
  },
  {
    id: 'H2',
    attack: "another's files are listed through the front door",
    script: withToken(`${FRONT}/user/alice/api/contents`),
    control: { by: 'victim' },
    tool: withToken(`${FRONT}/user/mallory/api/contents`),
  },
  {
    id: 'H2',
    attack: "another's kernels are listed through the front door",
    script: withToken(`${FRONT}/user/alice/api/kernels`),
    control: { by: 'victim' },
    tool: withToken(`${FRONT}/user/mallory/api/kernels`),
  },
  {
    id: 'H2',
    attack: "another's server is stopped",
    script: withToken(`${API}/users/alice/server`, '-X DELETE'),
    control: { script: asCuller(`${API}/users/alice`) },
    tool: own,
  },
  {
    id: 'H2',
    attack: 'a token for another is made',
    script: withToken(`${API}/users/alice/tokens`, '-X POST'),
    control: { script: asCuller(`${API}/users/alice`) },
    tool: own,
  },
  {
    id: 'H2',
    attack: 'she makes herself an administrator',
    script: withToken(`${API}/users/mallory`, `-X PATCH -d '{"admin": true}'`),
    control: { script: asCuller(`${API}/users/mallory`) },
    tool: own,
  },
  {
    id: 'N6',
    attack: 'routes are listed',
    script: withToken(`${API}/proxy`),
    control: { script: 'ls /run/tljh-hub/routes/user/alice' },
    tool: own,
  },
  {
    id: 'N6',
    attack: 'the hub is asked for anything but its API on the loopback port',
    script: 'curl -sS --fail http://127.0.0.1:880/hub/login',
    control: { script: `curl -sS --fail ${FRONT}/hub/login` },
    tool: `curl -sS --fail ${API}`,
  },
]
