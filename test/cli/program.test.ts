import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'

import { program } from '../../src/cli/program.ts'

const tree = program(() => undefined)

/** A command with all that is below it, by its whole name. */
const walk = (command: Command, above: string): [string, Command][] => {
  const name = above === '' ? command.name() : `${above} ${command.name()}`
  return [[name, command], ...command.commands.flatMap((below) => walk(below, name))]
}
const all = walk(tree, '')

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
        "tljh user list",
        "tljh user password",
      ]
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
    await expect(command.parseAsync(['--no-such-option'], { from: 'user' })).rejects.toMatchObject({
      code: 'commander.unknownOption',
    })
  })

  test('tells every exit code', () => {
    let text = ''
    tree.configureOutput({ writeOut: (part) => (text += part) })
    tree.outputHelp()
    for (const code of ['0 ', '1 ', '2 ', '64 ', '69 ', '70 ', '78 ']) expect(text).toContain(code)
  })
})
