/** The reference of config.yaml, from the same schema that checks it. */
import { configRows } from '../src/cli/commands/config.ts'

const HEAD = `# The configuration file

\`/opt/tljh/config/config.yaml\`, root only. This page is made from the schema (\`node scripts/docs.ts\`); \`tljh config keys\`
prints the same. After a change: \`sudo tljh plan\` shows what it means, \`sudo tljh reconfigure\` does it. A mistake is shown
with its line, and nothing is changed.

The keys are those of The Littlest JupyterHub where it has them. An unknown key is a mistake. Sizes count by 1024.

| key | default | what |
|---|---|---|
`

const TAIL = `
Settings of an authenticator class go under \`auth\` by the name of the class, as in
\`auth: {type: oauthenticator.github.GitHubOAuthenticator, GitHubOAuthenticator: {client_id: …}}\`; the class must be in the
hub's environment.

Changing \`users\` never restarts anything, except that a new administrator restarts the hub (two seconds; servers go on).
Changing \`limits\` counts for servers that start afterwards. Changing \`http\` or \`base_url\` reloads or restarts the front
door and the hub; kernels go on.
`

/** The whole page as Markdown. */
export function configurationPage(): string {
  const rows = configRows().map(({ key, description, default: value }) => {
    const shown = value === undefined || value === null ? '' : `\`${JSON.stringify(value)}\``
    return `| \`${key}\` | ${shown} | ${description.replaceAll('|', String.raw`\|`)} |`
  })
  return `${HEAD}${rows.join('\n')}\n${TAIL}`
}
