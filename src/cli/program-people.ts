/** The part of the command tree that is about people, groups and rosters. No logic; modules are loaded when called. */
import type { Command } from 'commander'

import { collect, contextOf } from './program-context.ts'

const LISTS = {
  group: ['--group <group>', 'into this unix group; may be given several times', collect, []],
  instructor: [
    '--instructor <group>',
    'as instructor of this group; may be given several times',
    collect,
    [],
  ],
} as const

const SLIPS = [
  '--slips <file>',
  'write claim slips to print instead of showing passwords; - for standard output',
] as const

function userSeen(user: Command): void {
  user
    .command('list')
    .description('everybody, with unix account, role, groups and locks')
    .action(async (_, command: Command) =>
      (await import('./commands/user-list.ts')).userList(contextOf(command)),
    )
  user
    .command('show')
    .argument('<name>', 'hub name')
    .description('everything about one person')
    .addHelpText('after', '\nExample:\n  sudo tljh user show bob')
    .action(async (name: string, _, command: Command) =>
      (await import('./commands/user-list.ts')).userShow(contextOf(command), name),
    )
}

function userMade(user: Command): void {
  user
    .command('add')
    .argument('<name...>', 'hub names')
    .description('let people log in; prints a one-time password for each')
    .option('--admin', 'as owners, with sudo on this machine')
    .option('--operator', 'as operators: servers, passwords, locks and rosters of others, no root')
    .option(...LISTS.group)
    .option(...LISTS.instructor)
    .addHelpText(
      'after',
      '\nExamples:\n  sudo tljh user add bob carol --group course-a\n  sudo tljh user add --admin dora\n  sudo tljh user add tina --instructor course-a',
    )
    .action(async (names: string[], options, command: Command) =>
      (await import('./commands/user-add.ts')).userAdd(contextOf(command), names, options),
    )
  user
    .command('adopt')
    .argument('<name>', 'hub name')
    .requiredOption('--unix <account>', 'an account of this machine; its home stays')
    .description('make an account that is on this machine already somebody’s of the hub')
    .addHelpText('after', '\nExample:\n  sudo tljh user adopt eve@example.org --unix jupyter-eve@example.org')
    .action(async (name: string, options, command: Command) =>
      (await import('./commands/user-adopt.ts')).userAdopt(contextOf(command), name, options),
    )
}

function userChanged(user: Command): void {
  user
    .command('set')
    .argument('<name>', 'hub name')
    .description('change role, groups or shell of one person')
    .option('--admin', 'make an owner, with sudo on this machine')
    .option('--no-admin', 'take that back')
    .option('--operator', 'make an operator')
    .option('--no-operator', 'take that back')
    .option(...LISTS.group)
    .option('--remove-group <group>', 'out of this group; may be given several times', collect, [])
    .option(...LISTS.instructor)
    .option('--remove-instructor <group>', 'instructor of this group no more', collect, [])
    .option('--shell <path>', 'login shell, one of /etc/shells')
    .addHelpText(
      'after',
      '\nExamples:\n  sudo tljh user set bob --operator\n  sudo tljh user set bob --no-operator --group lab --shell /bin/sh',
    )
    .action(async (name: string, options, command: Command) =>
      (await import('./commands/user-set.ts')).userSet(contextOf(command), name, options),
    )
  user
    .command('password')
    .argument('<name...>', 'hub names')
    .description('a new one-time password, shown once')
    .option(
      '--password-file <file>',
      'set the password in the first line of this file instead; - for standard input',
    )
    .option(...SLIPS)
    .addHelpText(
      'after',
      '\nExamples:\n  sudo tljh user password bob\n  sudo tljh user password bob carol --slips /root/slips.html',
    )
    .action(async (names: string[], options, command: Command) =>
      (await import('./commands/user-password.ts')).userPassword(contextOf(command), names, options),
    )
}

function userNamed(user: Command): void {
  user
    .command('rename')
    .argument('<name>', 'hub name')
    .argument('<new>', 'new hub name')
    .description('another hub name for the same account')
    .addHelpText('after', '\nExample:\n  sudo tljh user rename bob robert')
    .action(async function (this: Command, name: string, next: string) {
      await (await import('./commands/user-rename.ts')).userRename(contextOf(this), name, next)
    })
}

function userStopped(user: Command): void {
  user
    .command('lock')
    .argument('<name...>', 'hub names')
    .requiredOption('--reason <text>', 'why, for whoever looks later')
    .description('shut people out: no login, no server, no ssh, cron or sudo; nothing is deleted')
    .addHelpText('after', '\nExample:\n  sudo tljh user lock bob --reason "left on 31 March"')
    .action(async (names: string[], options, command: Command) =>
      (await import('./commands/user-lock.ts')).userLock(contextOf(command), names, options),
    )
  user
    .command('unlock')
    .argument('<name...>', 'hub names')
    .description('let people in again, and forgive their failed logins')
    .addHelpText('after', '\nExample:\n  sudo tljh user unlock bob')
    .action(async (names: string[], _, command: Command) =>
      (await import('./commands/user-lock.ts')).userUnlock(contextOf(command), names),
    )
  user
    .command('start')
    .argument('<name...>', 'hub names')
    .description('start people’s servers')
    .addHelpText('after', '\nExample:\n  sudo tljh user start bob')
    .action(async (names: string[], _, command: Command) =>
      (await import('./commands/user-server.ts')).userStart(contextOf(command), names),
    )
  user
    .command('stop')
    .argument('<name...>', 'hub names')
    .description('stop people’s servers, with what is not saved in them')
    .addHelpText('after', '\nExample:\n  sudo tljh user stop bob')
    .action(async (names: string[], _, command: Command) =>
      (await import('./commands/user-server.ts')).userStop(contextOf(command), names),
    )
}

function groupCommands(tree: Command): void {
  const group = tree.command('group').description('unix groups of people')
  group
    .command('list')
    .description('every group, how many are in it, who teaches it')
    .action(async (_, command: Command) =>
      (await import('./commands/group.ts')).groupList(contextOf(command)),
    )
  group
    .command('members')
    .argument('<group>', 'unix group')
    .description('who is in a group')
    .addHelpText('after', '\nExample:\n  sudo tljh group members course-a')
    .action(async (name: string, _, command: Command) =>
      (await import('./commands/group.ts')).groupMembers(contextOf(command), name),
    )
  group
    .command('add')
    .argument('<group>', 'unix group; it is made when there is none')
    .argument('[name...]', 'hub names')
    .description('make a group, put people into it')
    .addHelpText('after', '\nExample:\n  sudo tljh group add course-a bob carol')
    .action(async function (this: Command, name: string, names: string[]) {
      await (await import('./commands/group.ts')).groupAdd(contextOf(this), name, names)
    })
  group
    .command('remove')
    .argument('<group>', 'unix group')
    .argument('[name...]', 'hub names; without any, everybody and the group itself')
    .description('take people out of a group')
    .addHelpText(
      'after',
      '\nExamples:\n  sudo tljh group remove course-a bob\n  sudo tljh group remove course-a',
    )
    .action(async function (this: Command, name: string, names: string[]) {
      await (await import('./commands/group.ts')).groupRemove(contextOf(this), name, names)
    })
}

const FILE = ['<file>', 'CSV with the columns name, groups, role; - for standard input'] as const
const NAME = ['--name <roster>', 'what the roster is called; default: the name of the file'] as const

function rosterCommands(tree: Command): void {
  const roster = tree
    .command('roster')
    .description('a class from a file: who is in it, in which groups, as what')
  roster
    .command('plan')
    .argument(...FILE)
    .description('show what apply would change, with the unix names')
    .option(...NAME)
    .addHelpText('after', '\nExample:\n  sudo tljh roster plan course-a.csv')
    .action(async (file: string, options, command: Command) =>
      (await import('./commands/roster.ts')).rosterPlan(contextOf(command), file, options),
    )
  roster
    .command('apply')
    .argument(...FILE)
    .description('add, change and let go: whoever is no longer in the file is locked, not deleted')
    .option(...NAME)
    .option(...SLIPS)
    .addHelpText(
      'after',
      '\nExamples:\n  sudo tljh roster apply course-a.csv --slips /root/slips.html\n  sudo tljh roster apply - --name course-a <course-a.csv',
    )
    .action(async (file: string, options, command: Command) =>
      (await import('./commands/roster.ts')).rosterApply(contextOf(command), file, options),
    )
  roster
    .command('list')
    .description('every roster that was applied')
    .action(async (_, command: Command) =>
      (await import('./commands/roster.ts')).rosterList(contextOf(command)),
    )
}

/** Adds the commands about people to the tree. */
export function peopleCommands(tree: Command): void {
  const user = tree.command('user').description('people who may log in')
  userMade(user)
  userSeen(user)
  userChanged(user)
  userNamed(user)
  userStopped(user)
  groupCommands(tree)
  rosterCommands(tree)
}
