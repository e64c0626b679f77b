import { Command } from 'commander'
import { alertsCommand } from './commands/alerts/index.ts'
import { backupCommand, restoreCommand } from './commands/backup/command.ts'
import { benchCommand } from './commands/bench.ts'
import { catalogCommand } from './commands/catalog/command.ts'
import { completionCommand } from './commands/completion/command.ts'
import { configCommand } from './commands/setup/config.ts'
import { dataCommand } from './commands/data.ts'
import { doorCommand } from './commands/door/command.ts'
import { feedsCommand } from './commands/feeds/list.ts'
import { importCommand } from './commands/import.ts'
import { incidentsCommand } from './commands/incidents/command.ts'
import { jobsCommand } from './commands/jobs/index.ts'
import { lakeCommand } from './commands/lake.ts'
import { lossesCommand } from './commands/losses.ts'
import { quarantineCommand } from './commands/quarantine.ts'
import { queryCommand } from './commands/query.ts'
import { loadCommand } from './commands/feeds/load.ts'
import { networkCommand } from './commands/network/command.ts'
import { replayCommand } from './commands/replay.ts'
import { sensorsCommand } from './commands/sensors.ts'
import { simulateCommand } from './commands/simulate/command.ts'
import { scanCommand } from './commands/spark/scan.ts'
import { sparkCommand } from './commands/spark/export.ts'
import { startCommand } from './commands/start.ts'
import { statusCommand } from './commands/status.ts'
import { storageCommand } from './commands/storage/command.ts'
import { tablesCommand } from './commands/tables/command.ts'
import { tokenCommand } from './commands/setup/token.ts'
import { verifyCommand } from './commands/verify.ts'
import { EXIT_MEANINGS } from './exit-codes.ts'
import type { Shell } from './shell.ts'
import { version } from './version.ts'

/** The whole command line; parsing throws a CommanderError instead of ending the process. */
export function program(shell: Shell): Command {
  const root = new Command('arterial')
    .description('A city’s traffic: readings in, bronze, silver, gold, a live map.')
    .version(version(), '--version', 'print the version')
    .helpCommand(true)
    // What follows a command is its own: `backup list --json` is the list's.
    .enablePositionalOptions()
    .addHelpText('after', EPILOGUE)
  const commands = [
    startCommand(shell),
    doorCommand(shell),
    statusCommand(shell),
    replayCommand(shell),
    sensorsCommand(shell),
    importCommand(shell),
    incidentsCommand(shell),
    queryCommand(shell),
    quarantineCommand(shell),
    feedsCommand(shell),
    jobsCommand(shell),
    catalogCommand(shell),
    alertsCommand(shell),
    lossesCommand(shell),
    dataCommand(shell),
    lakeCommand(shell),
    storageCommand(shell),
    tablesCommand(shell),
    backupCommand(shell),
    restoreCommand(shell),
    scanCommand(shell),
    sparkCommand(shell),
    verifyCommand(shell),
    benchCommand(shell),
    loadCommand(shell),
    networkCommand(shell),
    simulateCommand(shell),
    configCommand(shell),
    tokenCommand(shell),
    completionCommand(shell),
  ]
  for (const one of commands) root.addCommand(one)
  for (const one of family(root)) inherit(one, shell)
  return root
}

/** A command, its commands, theirs. */
export function family(root: Command): Command[] {
  return [root, ...root.commands.flatMap(family)]
}

const EPILOGUE = `
A command talks to the system that runs on the data folder; where none runs it starts the engine itself for as long as it needs.
Settings come from arterial.yaml, ARTERIAL_… variables and flags (docs/reference/configuration.md).

Exit codes:
${Object.entries(EXIT_MEANINGS)
  .map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`)
  .join('\n')}`

function inherit(one: Command, shell: Shell): void {
  one
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)')
    .configureOutput({
      writeOut: text => shell.stdout.write(text),
      writeErr: text => shell.stderr.write(text),
      getOutHelpWidth: () => shell.stdout.columns ?? 100,
      getErrHelpWidth: () => shell.stderr.columns ?? 100,
      getOutHasColors: () => shell.stdout.isTTY === true,
      getErrHasColors: () => shell.stderr.isTTY === true,
    })
}
