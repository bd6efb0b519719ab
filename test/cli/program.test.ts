import type { Command } from 'commander'
import { beforeEach, describe, expect, test, vi } from 'vitest'

import { contextOf } from '../../src/cli/program-context.ts'
import { program } from '../../src/cli/program.ts'
import { BugError, DeniedError } from '../../src/errors.ts'

/** A command with all that is below it, by its whole name. */
const walk = (command: Command, above: string): [string, Command][] => {
  const name = above === '' ? command.name() : `${above} ${command.name()}`
  return [[name, command], ...command.commands.flatMap((below) => walk(below, name))]
}
const all = walk(
  program(() => undefined),
  '',
)
/** What must be given before anything else is looked at. */
const needed = (command: Command): string[] =>
  command.options.filter(({ mandatory }) => mandatory).flatMap(({ long }) => [long ?? '', 'x'])

/** The whole help as it is printed. */
function help(command: Command): string {
  let text = ''
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 80 })
  command.outputHelp()
  return text
}

// The one who runs the tests may have come by sudo.
beforeEach(() => void vi.stubEnv('SUDO_UID', undefined))

describe('the tree of commands', () => {
  test('has these', () => {
    expect(all.map(([name, command]) => [name, ...command.aliases()].join(', '))).toMatchInlineSnapshot(`
      [
        "tljh",
        "tljh install",
        "tljh plan",
        "tljh reconfigure, apply",
        "tljh check",
        "tljh status",
        "tljh logs",
        "tljh version",
        "tljh config",
        "tljh config show",
        "tljh config check",
        "tljh config keys",
        "tljh user",
        "tljh user add",
        "tljh user adopt",
        "tljh user list",
        "tljh user show",
        "tljh user set",
        "tljh user password",
        "tljh user rename",
        "tljh user lock",
        "tljh user unlock",
        "tljh user start",
        "tljh user stop",
        "tljh group",
        "tljh group list",
        "tljh group members",
        "tljh group add",
        "tljh group remove",
        "tljh roster",
        "tljh roster plan",
        "tljh roster apply",
        "tljh roster list",
      ]
    `)
  })

  test('shows them to whoever asks for help', () => {
    expect(help(program(() => undefined))).toMatchInlineSnapshot(`
      "Usage: tljh [options] [command]

      A JupyterHub on one server, for people who do not know each other.

      Options:
        --json                 print results as JSON
        --verbose              print every step
        --yes                  answer every question with yes
        -h, --help             display help for command

      Commands:
        install [options]      make this machine a JupyterHub server; again, to finish
                               or to find nothing to do
        plan [options]         show what reconfigure would change
        reconfigure|apply      make the machine what config.yaml says
        check                  look for what stands in the way on this machine;
                               changes nothing
        status                 what runs, and where people log in
        logs [options] [what]  the journal of hub, proxy, helper, culler, or of a
                               person’s server
        version                version of this release
        config                 show and check the configuration
        user                   people who may log in
        group                  unix groups of people
        roster                 a class from a file: who is in it, in which groups, as
                               what
        help [command]         display help for command

      Exit codes: 0 done, 1 a step failed, 2 changes pending (plan --check), 64 wrong use, 69 this machine, 77 not allowed, 78 config.yaml, 70 our bug
      "
    `)
  })

  test.each(all)('%s: says what it does, and so does every option and argument of it', (_, command) => {
    const texts = [
      command.description(),
      ...command.options.map((option) => option.description),
      ...command.registeredArguments.map((argument) => argument.description),
    ]
    for (const text of texts) expect(text).toMatch(/^\p{L}.{5,}/u)
  })

  test.each(all)('%s: shows its use', (name, command) => {
    expect(command.helpInformation()).toContain(`Usage: ${name}`)
  })

  test.each(all)('%s: throws instead of ending the process', async (_, command) => {
    command.configureOutput({ writeErr: () => undefined, writeOut: () => undefined })
    const args = [...needed(command), '--no-such-option']
    await expect(command.parseAsync(args, { from: 'user' })).rejects.toMatchObject({
      code: 'commander.unknownOption',
    })
  })

  const mandatory = all.filter(([, command]) => needed(command).length > 0)
  test.each(mandatory)('%s: throws for what must be given, too', async (_, command) => {
    await expect(command.parseAsync(['bob'], { from: 'user' })).rejects.toMatchObject({
      code: 'commander.missingMandatoryOptionValue',
    })
  })

  test('tells every exit code', () => {
    const text = help(program(() => undefined))
    for (const code of ['0 ', '1 ', '2 ', '64 ', '69 ', '70 ', '77 ', '78 ']) expect(text).toContain(code)
  })
})

/** Lines of the help that somebody may copy. */
const examples = all.flatMap(([name, command]) =>
  help(command)
    .split('\n')
    .filter((line) => /^ {2}sudo tljh /.test(line))
    .map((line): [string, string] => [name, line.trim()]),
)

describe('the examples of the help', () => {
  test.each(
    all.filter(
      ([name, command]) => /(user|group|roster) /.test(name) && command.registeredArguments.length > 0,
    ),
  )('%s: has one', (name) => {
    expect(examples.map(([of]) => of)).toContain(name)
  })

  test.each(examples)('%s: `%s` is understood, and is about this command', async (name, line) => {
    const seen: string[] = []
    const tree = program(() => undefined)
    for (const [whole, command] of walk(tree, '')) command.action(() => void seen.push(whole))
    const words = line.replace(/ <\S+$/, '').match(/"[^"]*"|\S+/g) ?? []
    await tree.parseAsync(
      words.slice(2).map((word) => word.replaceAll('"', '')),
      { from: 'user' },
    )
    expect(seen).toEqual([name])
  })
})

const run = async (line: string): Promise<unknown> =>
  program(() => undefined)
    .parseAsync(line.split(' '), { from: 'user' })
    .catch((error: unknown) => error)

describe('whoever calls', () => {
  test.each(['version', 'config keys', 'user list', 'reconfigure', 'apply', 'user add --admin eve'])(
    'is looked up before `tljh %s` does anything',
    async (line) => {
      vi.spyOn(process, 'getuid').mockReturnValue(0)
      const written = vi.spyOn(process.stdout, 'write')
      vi.stubEnv('SUDO_UID', 'not a number')
      expect(await run(line)).toBeInstanceOf(DeniedError)
      expect(written).not.toHaveBeenCalled()
    },
  )

  test('is told what is wrong with the command line first', async () => {
    vi.stubEnv('SUDO_UID', 'not a number')
    vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    expect(await run('user lock bob')).toMatchObject({ code: 'commander.missingMandatoryOptionValue' })
  })

  test('is never left open: a command that nobody looked up does not run', () => {
    const [, command] = all[1] ?? []
    expect(() => contextOf(command as Command)).toThrow(BugError)
  })
})
