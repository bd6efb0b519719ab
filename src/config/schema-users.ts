/** The keys about people: who they are, which numbers they get and where their homes lie. */
import * as z from 'zod'

import { groupProblem } from '../group-names.ts'

/** A hub name is checked by the same rule everywhere; here it arrives as a refinement, so that config/ stays free of people/. */
export type NameRule = (text: string) => string | undefined

/** Text that a rule has nothing against. */
const ruled = (rule: NameRule) =>
  z.string().superRefine((text, context) => {
    const reason = rule(text)
    if (reason !== undefined) context.addIssue({ code: 'custom', message: reason })
  })

/** Below are the system's own accounts (Debian policy, 9.2.2). */
const UID_LOWEST = 1000
/** Highest number useradd hands out by itself (UID_MAX of login.defs); systemd takes the ones from 61 184 on. */
const UID_HIGHEST = 60_000
const UID = `expected a number from ${UID_LOWEST} to ${UID_HIGHEST}`

const uid = z.number().int().min(UID_LOWEST, UID).max(UID_HIGHEST, UID)

const uids = {
  uid_min: uid
    .default(20_000)
    .describe(
      'First number for the accounts of new people, 1000 to 60000. Accounts that are there keep theirs.',
    ),
  uid_max: uid
    .default(59_999)
    .describe('Last number for the accounts of new people, up to 60000. No number is given twice.'),
}

/** Two numbers that are right by themselves are compared whatever else is wrong in `users`: all is told at once. */
const hasUids = (value: unknown): boolean => z.object({ uid_min: uid, uid_max: uid }).safeParse(value).success

/** Who may log in, and as what. @param rule says what is wrong with a hub name */
// eslint-disable-next-line typescript/explicit-module-boundary-types -- the type is the schema
export function usersSchema(rule: NameRule) {
  const names = z.array(ruled(rule))
  const groups = z.record(ruled(groupProblem), names)
  return z
    .strictObject({
      admin: names
        .default([])
        .describe('Hub names of administrators (owners): they have sudo without a password.'),
      allowed: names
        .default([])
        .describe('Hub names of everybody else who may log in, beside those in rosters. Nobody else can.'),
      banned: names.default([]).describe('Hub names that may not log in, whatever else is written here.'),
      operators: names
        .default([])
        .describe(
          'Hub names of operators: without being root they start and stop servers, give new passwords, lock people and apply rosters. May log in.',
        ),
      instructors: groups
        .default({})
        .describe(
          'Unix groups and the hub names that teach them: they start and stop servers, give new passwords and lock people, of that group only. They are in the group and may log in.',
        ),
      extra_user_groups: groups
        .default({})
        .describe('Unix groups and the hub names in them. Leaving the list takes a person out of the group.'),
      ...uids,
    })
    .refine(({ uid_min: least, uid_max: most }) => least <= most, {
      path: ['uid_max'],
      message: 'expected a number that is not below uid_min',
      when: ({ value }) => hasUids(value),
    })
    .prefault({})
}

const FOLDER = /^(?:\/[a-zA-Z0-9_][a-zA-Z0-9._-]*)+$/
/** The system's own, those that are gone after a start, and ours; some are links into others (/bin, /var/run). */
const NO_HOMES =
  /^\/(?:opt\/tljh|run|proc|sys|dev|etc|tmp|usr|boot|root|bin|sbin|lib(?:32|64|x32)?|var\/(?:run|lock))(?:\/|$)/

/** Where the homes lie. */
export const homes = z
  .strictObject({
    path: z
      .string()
      .regex(FOLDER, {
        message:
          'expected a folder such as /home or /srv/homes: letters, digits, . - and _ between the slashes',
        abort: true,
      })
      .refine(
        (path) => !NO_HOMES.test(path),
        'expected another folder: this one is for the system or the hub itself',
      )
      .default('/home')
      .describe(
        'Folder in which the homes of new people are made. Homes that are there stay where they are.',
      ),
    mount: z
      .boolean()
      .default(false)
      .describe(
        'True when that folder is a disk of its own: while it is not mounted, no home is made in it.',
      ),
  })
  .prefault({})
