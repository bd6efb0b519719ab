/** docs/performance.md, made from the rows. */
import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'

import { line, met, type Row } from './row.ts'

export interface Section {
  readonly title: string
  readonly rows: readonly Row[]
  /** A further table, as Markdown. */
  readonly table?: string
  /** Load average over a minute, before and after. */
  readonly load: readonly [number, number]
}

const HEAD = '| what | ours | compared with | ratio | target | |\n|---|---|---|---|---|---|'

function machineLine(): string {
  const [first] = cpus()
  const memory = Math.round(totalmem() / 1024 ** 3)
  const debian = /PRETTY_NAME="(.*)"/.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux'
  return `${cpus().length} cores (${first?.model ?? 'unknown'}), ${memory} GB, ${debian}, kernel ${release()}`
}

/** The load average over the last minute. */
export function load(): number {
  return loadavg()[0] ?? 0
}

function section({ title, rows, table, load: [before, after] }: Section): string {
  const note = `Load average before and after: ${before.toFixed(1)}, ${after.toFixed(1)}.`
  return `## ${title}\n\n${note}\n\n${HEAD}\n${rows.map(line).join('\n')}\n${table === undefined ? '' : `\n${table}\n`}`
}

/** The whole page. @param remarks lines under the tables */
export function page(sections: readonly Section[], command: string): string {
  const rows = sections.flatMap((one) => one.rows)
  const missed = rows.filter((row) => met(row) === false).map(({ what }) => what)
  const verdict = missed.length === 0 ? 'Every target is met.' : `Missed: ${missed.join('; ')}.`
  return `# Speed and size

Written by \`${command}\` on ${new Date().toISOString().slice(0, 10)}; not edited by hand. ${machineLine()}.
Debian 12 in throw-away systemd machines on that host, medians, what is compared runs turn by turn in the same run.
Other work ran on the host: the load is given with each table; CPU times and sizes hardly depend on it, wall times do.

${verdict}

${sections.map(section).join('\n')}
Beside configurable-http-proxy: by default it keeps its TCP connections to the servers open, while nginx opens one to the
server's unix socket for each request, because a route is a link in the file system. "Both with a connection for each"
lets configurable-http-proxy use the same socket.

¹ The Littlest JupyterHub (main \`84ed38fd\`), measured earlier on a like machine, not in this run: its downloads are
out of reach here. Wall times are the best it reached there, its figures in MB are taken as MiB, its Traefik's memory is the lowest seen
(88 MB, resident), and the CPU of its starts is that of hub and server alone. Its Miniforge was replaced by a plain venv,
so its real installation is larger and slower.
`
}
