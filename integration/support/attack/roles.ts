/** Attempts of an operator and an instructor to do more than they may. Each must fail and change nothing. */

/**
 * What somebody writes behind `sudo -n`. Their machine has the owner boss, the operator olga, the instructor ivan of
 * course-a, the users ada (course-a) and bob (course-b), and lotte, whom an owner locked.
 */
export interface RoleAttack {
  readonly name: string
  readonly as: 'operator' | 'instructor'
  readonly argv: readonly string[]
  /** Standard input. */
  readonly input?: string
}

type Tried = Omit<RoleAttack, 'as'>
type As = RoleAttack['as']

const TLJH = '/usr/local/bin/tljh'
const BOTH = ['operator', 'instructor'] as const
const PASSWORD = 'a-Long-enough-passw0rd-of-mine\n'

/** Words without blanks inside. */
const words = (line: string): readonly string[] => line.split(' ')
/** A line behind `tljh` that is also its name; words with blanks or control characters come after it. */
const tljh = (line: string, ...more: readonly string[]): Tried => ({
  name: `tljh ${[line, ...more.map((word) => JSON.stringify(word))].join(' ')}`,
  argv: [TLJH, ...words(line), ...more],
})
/** A line behind `sudo -n`. */
const sudo = (line: string): Tried => ({ name: `sudo ${line}`, argv: words(line) })
const reads = (tried: Tried, input: string): Tried => ({ ...tried, input })
const roster = (row: string, how = 'apply'): Tried => {
  const { name, argv } = tljh(`roster ${how} - --name stolen`)
  return { name: `${name} with ${row}`, argv, input: `name,groups,role\n${row}\n` }
}
const by = (as: As, tried: readonly Tried[]): RoleAttack[] =>
  tried.map((each) => ({ ...each, name: `${as}: ${each.name}`, as }))

/** What sudo itself has to refuse, or what must not change who tljh takes them for. */
const aroundTljh = [
  'sh -c id',
  '-s',
  '-i',
  '-- bash',
  '/bin/bash -p',
  `/usr/bin/env ${TLJH} status`,
  '-u jupyter-boss sh',
  `-u jupyter-boss ${TLJH} status`,
  `-u tljh-hub ${TLJH} status`,
  `-u #0 sh`,
  '-u root -g root id',
  `-g sudo ${TLJH} status`,
  `-g jupyterhub-admins ${TLJH} user list`,
  `-E ${TLJH} user list`,
  `--preserve-env=PATH ${TLJH} user list`,
  `NODE_OPTIONS=--require=/tmp/evil.js ${TLJH} user list`,
  `NODE_V8_COVERAGE=/etc/cron.d ${TLJH} user list`,
  `LD_PRELOAD=/tmp/evil.so ${TLJH} user list`,
  `PATH=/tmp ${TLJH} user list`,
  `UV_INDEX_URL=http://127.0.0.1:9/ ${TLJH} user list`,
  `SUDO_UID=0 ${TLJH} config show`,
  `SUDO_UID=0 ${TLJH} user list`,
  `SUDO_UID= ${TLJH} config show`,
  `-D /root ${TLJH} user list`,
  `-R /tmp ${TLJH} user list`,
  `-e ${TLJH}`,
  '-e /etc/sudoers',
  '-l -U jupyter-boss',
  '/usr/local/bin/../bin/tljh config show',
  '/usr/local/bin//tljh config show',
  `${TLJH}/ config show`,
  './tljh config show',
  '/opt/tljh/bin/node -e 0',
].map(sudo)

/** Commands that are the owners'. */
const ownersCommands = [
  'install --admin olga --admin ivan',
  'install',
  'plan',
  'plan --json',
  'reconfigure',
  'apply',
  'check',
  'logs',
  'logs boss',
  'config show',
  '--json config show',
  'config show --json --yes --verbose',
  'config check /etc/shadow',
  'config check -',
  'user add eve',
  'user add --admin eve',
  'user add --admin olga ivan',
  'user add ada --operator',
  'user add eve --group sudo',
  'user add bob --instructor course-b',
  'user set olga --admin',
  'user set ivan --instructor course-b',
  'user set ada --group docker',
  'user set ada --remove-group course-a',
  'user set ada --shell /tmp/evil',
  'user set boss --no-admin',
  'user rename ada eve',
  'user rename bob boss2',
  'user adopt eve --unix root',
  'user adopt eve --unix tljh-hub',
  'group add sudo ada',
  'group add course-a bob',
  'group remove course-a ada',
].map((line) => tljh(line))

/** People whom neither of the two may touch, and ways to write their names. */
const closedPeople = [
  ...['show', 'start', 'stop', 'password', 'unlock'].map((verb) => tljh(`user ${verb} boss`)),
  reads(tljh('user password boss --password-file -'), PASSWORD),
  tljh('user password boss --slips -'),
  tljh('user lock boss --reason x'),
  tljh('user lock ada boss --reason x'),
  tljh('user password ada ada BOSS'),
  tljh('user password BOSS'),
  tljh('user password Boss --json'),
  tljh('--json --yes user password boss'),
  tljh('user password -- boss'),
  tljh('user --yes password --json -- boss'),
  tljh('user password jupyter-boss'),
  tljh('user password %62oss'),
  tljh('user password', 'ada boss'),
  tljh('user password', 'ada\nboss'),
  tljh('user password', 'boss\n'),
  tljh('user password', ' boss'),
  tljh('user password', 'ｂｏｓｓ'),
  tljh('user password', 'boss\u200B'),
  tljh('user password ../boss'),
  tljh('user password *'),
  tljh('user password constructor'),
  tljh('user password __proto__'),
  tljh('user password -- --password-file'),
  tljh('user start', ''),
  tljh('user password nobody-of-that-name'),
  tljh('user unlock lotte'),
  tljh('user unlock LOTTE --yes'),
  tljh('user lock lotte --reason mine'),
  tljh('user password lotte'),
  tljh('user start lotte'),
  ...['password olga', 'password ivan', 'lock olga --reason x', 'lock ivan --reason x', 'stop olga ivan'].map(
    (line) => tljh(`user ${line}`),
  ),
]

/** Files that root would read or write for them, with somebody whom both may touch. */
const files = [
  tljh('user password ada --password-file /etc/shadow'),
  tljh('user password ada --password-file=/etc/shadow'),
  tljh('user password --password-file - --password-file /etc/shadow ada'),
  ...['/dev/stdin', '/dev/fd/0', '/proc/self/fd/0', './-', '-/../dev/stdin'].map((path) =>
    reads(tljh(`user password ada --password-file ${path}`), PASSWORD),
  ),
  tljh('user password ada --password-file', ''),
  tljh('user password ada --slips /etc/cron.d/x'),
  tljh('user password ada --slips=/root/.ssh/authorized_keys'),
  tljh('user password ada --slips /dev/stdout'),
  tljh('user password ada --slips /proc/self/fd/1'),
  tljh('user password ada --slips etc/cron.d/x'),
]

/** Words too many, options of other commands, and text that forges lines. */
const odd = [
  tljh('user list boss'),
  tljh('user list --config /tmp/mine.yaml'),
  tljh('user show ada --admin'),
  tljh('user start ada --shell /bin/sh'),
  tljh('user password ada --admin'),
  tljh('user lock ada --operator --reason x'),
  tljh('user lock ada --reason', 'x\nboss  unlocked by boss'),
  tljh('user lock ada --reason', 'x\u001B[2K\ry'),
  tljh('user lock ada --reason', 'x\u202Ey'),
  tljh('user lock ada --reason', 'x'.repeat(5000)),
  tljh('user frobnicate ada'),
  tljh('user', 'list\nconfig show'),
  tljh('', 'user', 'list'),
]

/** Rosters that carry more than users, or into groups that are not theirs. */
const rosters = [
  roster('ada,,operator'),
  roster('olga,,operator'),
  roster('ada,,OPERATOR'),
  roster('eve,course-x,instructor'),
  roster('eve,,owner'),
  roster('eve,,admin'),
  roster('boss,,user'),
  roster('BOSS,,user'),
  roster('olga,,user'),
  roster('ivan,course-x,user'),
  ...['sudo', 'docker', 'lxd', 'adm', 'root', 'shadow', 'wheel', '0', 'SUDO', '-G', 'course-a'].map((group) =>
    roster(`eve,${group},user`),
  ),
  roster('eve,course-x;sudo,user'),
  roster('eve,jupyterhub-admins,user'),
  roster('eve,jupyterhub-operators,user'),
  roster('eve,tljh-sock,user'),
  roster('eve,jupyter-boss,user'),
  roster('"eve\nboss",,user'),
  roster('"eve","course-x","operator"', 'plan'),
  roster('eve,sudo,user', 'plan'),
  roster('eve,,user', 'apply --slips /etc/cron.d/x'),
]

const ROSTER = 'name,groups,role\neve,,user\n'
/** Rosters from and to places that are not theirs. */
const rosterFiles = [
  'roster plan /etc/shadow',
  'roster apply /etc/shadow --name stolen',
  'roster apply /dev/stdin --name stolen',
  'roster apply /dev/fd/0 --name stolen',
  'roster apply /proc/self/fd/0 --name stolen',
  'roster apply - --name ../../../etc/cron.d/stolen',
  'roster apply - --name /etc/cron.d/stolen',
  'roster apply - --name .hidden',
  'roster apply - - --name stolen',
  'roster apply -',
].map((line) => reads(tljh(line), ROSTER))

/** What an operator may and an instructor may not, or only for their own group. */
const instructors = [
  ...['show', 'start', 'stop', 'password', 'unlock', 'lock --reason x'].map((verb) =>
    tljh(`user ${verb} bob`),
  ),
  tljh('user password BOB'),
  tljh('user password ada bob'),
  reads(tljh('user password bob --password-file -'), PASSWORD),
  tljh('group members course-b'),
  tljh('group members COURSE-B'),
  tljh('group members course-a course-b'),
  tljh('group members', 'course-a\n'),
  tljh('group members sudo'),
  tljh('group list'),
  tljh('status'),
  tljh('roster list'),
  reads(tljh('roster plan - --name mine'), 'name,groups\nbob,course-a\n'),
  reads(tljh('roster apply - --name mine'), 'name,groups\nbob,course-a\n'),
]

/** Every attempt. */
export const roleAttacks: readonly RoleAttack[] = [
  ...BOTH.flatMap((as) => by(as, [...aroundTljh, ...ownersCommands, ...closedPeople, ...files, ...odd])),
  ...by('operator', [...rosters, ...rosterFiles]),
  ...by('instructor', instructors),
]
