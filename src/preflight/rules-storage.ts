/** Rules about file systems. Numbers carry their source. */
import { ok, trouble } from './finding.ts'
import type { Finding } from './finding.ts'
import { showBytes } from './rule.ts'
import type { Rule } from './rule.ts'
import type { Place } from './storage.ts'

const options = (place: Place): string => `mount options of ${place.point}: ${[...place.options].join(',')}`

/** What cannot be done on a read-only file system. */
const WRITTEN: Readonly<Record<string, string>> = {
  '/opt': 'the hub lies there',
  '/home': 'the people live there',
  '/var': 'packages and the state of the hub lie there',
  '/tmp': 'apt needs it',
}

const writable: Rule = ({ places }) => {
  const closed = places.filter((place) => place.options.has('ro'))
  if (closed.length === 0) return ok('writable', '/opt, /home, /var and /tmp can be written', 'mount table')
  return closed.map((place) =>
    trouble('writable', 'stop', {
      what: `${place.path} is read-only: ${WRITTEN[place.path] ?? 'it is needed'}`,
      evidence: options(place),
      fix: `mount -o remount,rw ${place.point}   (and mend its line in /etc/fstab)`,
    }),
  )
}

/** How bad `noexec` is on each. On /tmp it is a common and harmless hardening; set-id programs we have nowhere. */
const EXECUTED: Readonly<Record<string, { level: 'stop' | 'warn'; why: string }>> = {
  '/opt': { level: 'stop', why: 'the programs of the hub lie there' },
  '/home': { level: 'warn', why: 'people cannot run programs or environments of their own' },
  '/var': { level: 'warn', why: 'the scripts of Debian packages run from there' },
}

const executable: Rule = ({ places }) => {
  const findings = places.flatMap((place): readonly Finding[] => {
    const rule = EXECUTED[place.path]
    if (rule === undefined || !place.options.has('noexec')) return []
    return [
      trouble('executable', rule.level, {
        what: `${place.path} is mounted noexec: ${rule.why}`,
        evidence: options(place),
        fix: `mount -o remount,exec ${place.point}   (and mend its line in /etc/fstab)`,
      }),
    ]
  })
  return findings.length > 0
    ? findings
    : ok('executable', 'programs can run where they have to', 'mount table')
}

/** Bytes. A first installation takes some 830 MB and as much again while a second generation is built; a re-run little. */
const ROOM = { first: 2_000_000_000, again: 300_000_000 } as const
/** Bytes for /var when it is a file system of its own: package lists take 90 MB (measured), the packages as much. */
const ROOM_VAR = 200_000_000

interface Need {
  readonly place: Place | undefined
  readonly bytes: number
}

function tooFull({ place, bytes }: Need): readonly Finding[] {
  if (place?.room === undefined || place.room.freeBytes >= bytes) return []
  const { freeBytes, totalBytes } = place.room
  return [
    trouble('space', 'stop', {
      what: `${showBytes(freeBytes)} free for ${place.path}; ${showBytes(bytes)} is needed`,
      evidence: `file system of ${place.point}: ${showBytes(freeBytes)} of ${showBytes(totalBytes)} free`,
      fix: `see what takes the room: du -xh --max-depth=2 ${place.point} | sort -h | tail; apt-get clean often helps`,
    }),
  ]
}

/** Whether part of the room is taken already: by the hub, or by an installation that broke off. */
const begun = ([{ leftovers }, { rerun }]: Parameters<Rule>): boolean =>
  rerun || leftovers.installation !== 'none'

const space: Rule = (facts, wanted) => {
  const [opt, apart] = ['/opt', '/var'].map((name) => facts.places.find(({ path }) => path === name))
  const first = !begun([facts, wanted])
  const needs: Need[] = [{ place: opt, bytes: first ? ROOM.first : ROOM.again }]
  if (first && apart?.point !== opt?.point) needs.push({ place: apart, bytes: ROOM_VAR })
  const findings = needs.flatMap(tooFull)
  if (findings.length > 0) return findings
  const free = opt?.room === undefined ? 'unknown room' : showBytes(opt.room.freeBytes)
  return ok('space', `${free} free for /opt`, 'statfs')
}

/** A hub of this kind has 37 000 files (measured), half as many again in a second generation; a re-run in proportion. */
const INODES = { first: 60_000, again: 9000 } as const

const inodes: Rule = (facts, wanted) => {
  const opt = facts.places.find(({ path }) => path === '/opt')
  // btrfs makes inodes as it needs them and says 0 of 0.
  if (opt?.room === undefined || opt.room.totalInodes === 0) return []
  const needed = begun([facts, wanted]) ? INODES.again : INODES.first
  const { freeInodes, totalInodes } = opt.room
  const evidence = `file system of ${opt.point}: ${freeInodes} of ${totalInodes} inodes free`
  if (freeInodes >= needed) return ok('inodes', `${freeInodes} inodes free for /opt`, evidence)
  return trouble('inodes', 'stop', {
    what: `only ${freeInodes} more files can be made on /opt; ${needed} are needed`,
    evidence,
    fix: `see what makes so many files: du --inodes -x --max-depth=3 ${opt.point} | sort -n | tail`,
  })
}

/** In the order in which they are shown. */
export const storageRules: readonly Rule[] = [writable, executable, space, inodes]
