/** The command tree: names, options, descriptions. No logic; a command's module is loaded when it is called. */
import { Command } from 'commander'

import { collect, contextOf, remember } from './program-context.ts'
import { peopleCommands } from './program-people.ts'

/** Tells the exit code of a command that has one of its own. */
type Exit = (code: number) => void

function machineCommands(tree: Command, exit: Exit): void {
  tree
    .command('install')
    .description('make this machine a JupyterHub server; again, to finish or to find nothing to do')
    .option('--admin <name>', 'an administrator; may be given several times', collect, [])
    .option('--admin-password-file <file>', 'first line is the password of the administrator')
    .option('--port <port>', 'port of the front door, kept in config.yaml')
    .option('--show-address <url>', 'address to print, when people come in through another one')
    .addHelpText('after', '\nExample:\n  sudo tljh install --admin ada')
    .action(async (options, command: Command) =>
      (await import('./commands/install.ts')).installCommand(contextOf(command), options),
    )
  tree
    .command('plan')
    .description('show what reconfigure would change')
    .option('--check', 'exit with 2 when something would change')
    .addHelpText('after', '\nExamples:\n  sudo tljh plan\n  sudo tljh plan --json --check')
    .action(async (options, command: Command) =>
      exit(await (await import('./commands/plan.ts')).planCommand(contextOf(command), options)),
    )
  tree
    .command('reconfigure')
    .alias('apply')
    .description('make the machine what config.yaml says')
    .addHelpText('after', '\nExample:\n  sudo tljh reconfigure')
    .action(async (_, command: Command) =>
      (await import('./commands/reconfigure.ts')).reconfigureCommand(contextOf(command)),
    )
  tree
    .command('check')
    .description('look for what stands in the way on this machine; changes nothing')
    .action(async (_, command: Command) =>
      exit(await (await import('./commands/check.ts')).checkCommand(contextOf(command))),
    )
}

function viewCommands(tree: Command, exit: Exit): void {
  tree
    .command('status')
    .description('what runs, and where people log in')
    .action(async (_, command: Command) =>
      exit(await (await import('./commands/status.ts')).statusCommand(contextOf(command))),
    )
  tree
    .command('logs')
    .description('the journal of hub, proxy, helper, culler, or of a person’s server')
    .argument('[what]', 'hub, proxy, helper, culler, or the name of a person', 'hub')
    .option('--lines <number>', 'how many lines', '100')
    .addHelpText('after', '\nExamples:\n  sudo tljh logs\n  sudo tljh logs ada --lines 20')
    .action(async (what: string, options, command: Command) =>
      (await import('./commands/logs.ts')).logsCommand(contextOf(command), what, options),
    )
  tree
    .command('version')
    .description('version of this release')
    .action(async (_, command: Command) => {
      const { output } = contextOf(command)
      const release = await (await import('../assets.ts')).releaseVersion()
      if (output.json) output.object(release)
      else output.line(`littlest-hub ${release.version} (${release.id})`)
    })
}

function configCommands(tree: Command): void {
  const config = tree.command('config').description('show and check the configuration')
  config
    .command('show')
    .description('everything that is in force, defaults included')
    .action(async (_, command: Command) =>
      (await import('./commands/config.ts')).configShow(contextOf(command)),
    )
  config
    .command('check')
    .argument('[file]', 'a file to check instead of the one in force')
    .description('every mistake with its line')
    .action(async (file: string | undefined, _, command: Command) =>
      (await import('./commands/config.ts')).configCheck(contextOf(command), file),
    )
  config
    .command('keys')
    .description('every key with its meaning and default')
    .action(async (_, command: Command) =>
      (await import('./commands/config.ts')).configKeys(contextOf(command)),
    )
}

const CODES = `
Exit codes: 0 done, 1 a step failed, 2 changes pending (plan --check), 64 wrong use, 69 this machine, 77 not allowed, 78 config.yaml, 70 our bug`

/** The whole tree. @param exit is told the exit code of commands that have one of their own */
export function program(exit: Exit): Command {
  const tree = new Command('tljh')
    .description('A JupyterHub on one server, for people who do not know each other.')
    .option('--json', 'print results as JSON')
    .option('--verbose', 'print every step')
    .option('--yes', 'answer every question with yes')
    .exitOverride()
    // With --json an error is one object, written where errors are mapped to exit codes.
    .configureOutput({
      writeErr: (text) => void (process.argv.includes('--json') || process.stderr.write(text)),
    })
    .showHelpAfterError('(more: tljh --help)')
    .addHelpText('after', CODES)
  tree.configureHelp({ showGlobalOptions: true })
  machineCommands(tree, exit)
  viewCommands(tree, exit)
  configCommands(tree)
  peopleCommands(tree)
  // Whoever may not do this is told so before anything is read or asked.
  tree.hook('preAction', async (_, command) => remember(command))
  return tree
}
