/** Start of people's servers: real JupyterLab, through the front door. */
import { setTimeout as sleep } from 'node:timers/promises'

import { Hub } from '../support/hub.ts'
import { read, used } from '../support/meter.ts'
import { median, tljh, type Row } from '../support/row.ts'

const TEN = 10
/** Milliseconds after which a start or stop has left nothing to do behind. */
const CALM_MS = 1500

interface Started {
  readonly wallMs: number
  /** CPU seconds of the whole machine. */
  readonly cpu: number
}

async function startOne(hub: Hub, name: string): Promise<Started> {
  await sleep(CALM_MS)
  const before = read(hub.machine)
  const wallMs = await hub.start(name)
  const { cpu } = used(before, read(hub.machine))
  await sleep(CALM_MS)
  await hub.stop(name)
  return { wallMs, cpu }
}

async function startTogether(
  hub: Hub,
  names: readonly string[],
): Promise<Started & { readonly firstMs: number }> {
  await sleep(CALM_MS)
  const before = read(hub.machine)
  const times = await Promise.all(names.map((name) => hub.start(name)))
  const { cpu } = used(before, read(hub.machine))
  await sleep(CALM_MS)
  await Promise.all(names.map((name) => hub.stop(name)))
  return { wallMs: Math.max(...times), firstMs: Math.min(...times), cpu }
}

/** Starts of ten people, first one at a time, then together. @param rounds repetitions of the whole class, at least 3 */
export async function servers(hub: Hub, rounds: number): Promise<Row[]> {
  const people = Array.from({ length: TEN }, (_, index) => `bench${index}`)
  await hub.add(people)
  const fresh: Started[] = []
  for (const name of people) fresh.push(await startOne(hub, name))
  const known: Started[] = []
  for (const name of people) known.push(await startOne(hub, name))
  const classes = []
  for (let round = 0; round < Math.max(3, rounds / 6); round += 1)
    classes.push(await startTogether(hub, people))
  const wall = (all: readonly Started[]): number => median(all.map(({ wallMs }) => wallMs)) / 1000
  const cpu = (all: readonly Started[]): number => median(all.map((one) => one.cpu))
  return [
    { what: 'server, request → ready, new account', unit: 's', ours: wall(fresh), other: tljh(2.6) },
    {
      what: 'server, request → ready, known account',
      unit: 's',
      ours: wall(known),
      other: tljh(2.8),
      target: { max: 1.2 },
    },
    { what: '– CPU of the whole machine for it', unit: 's', ours: cpu(known), other: tljh(1.8) },
    {
      what: 'ten at once, first ready',
      unit: 's',
      ours: median(classes.map(({ firstMs }) => firstMs)) / 1000,
      other: tljh(11.6),
    },
    {
      what: 'ten at once, last ready',
      unit: 's',
      ours: wall(classes),
      other: tljh(14.8),
      target: { max: 7 },
    },
    { what: '– CPU of the whole machine for it', unit: 's', ours: cpu(classes) },
  ]
}
