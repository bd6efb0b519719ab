/** Environment of a server, for starts without the hub. */

/** Environment that the hub hands to a person's server, as far as the server needs it to come up. */
export function serverEnvironment(name: string): Readonly<Record<string, string>> {
  return {
    JUPYTERHUB_API_TOKEN: 'not-a-token',
    JUPYTERHUB_API_URL: 'http://127.0.0.1:880/hub/api',
    JUPYTERHUB_ACTIVITY_URL: `http://127.0.0.1:880/hub/api/users/${name}/activity`,
    JUPYTERHUB_BASE_URL: '/',
    JUPYTERHUB_CLIENT_ID: `jupyterhub-user-${name}`,
    JUPYTERHUB_HOST: '',
    JUPYTERHUB_OAUTH_CALLBACK_URL: `/user/${name}/oauth_callback`,
    JUPYTERHUB_SERVICE_PREFIX: `/user/${name}/`,
    JUPYTERHUB_SERVICE_URL: `http+unix://x/user/${name}/`,
    JUPYTERHUB_USER: name,
    JPY_API_TOKEN: 'not-a-token',
  }
}
