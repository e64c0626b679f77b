import { Command } from 'commander'
import type { Shell } from '../../shell.ts'
import { historyCommand, listCommand } from './look.ts'
import { pauseCommand, resumeCommand, stopCommand } from './act.ts'
import { showCommand } from './pipeline.ts'
import { runCommand } from './run.ts'

export function jobsCommand(shell: Shell): Command {
  return new Command('jobs')
    .description('what the running system does on a schedule')
    .addCommand(listCommand(shell))
    .addCommand(showCommand(shell))
    .addCommand(runCommand(shell))
    .addCommand(stopCommand(shell))
    .addCommand(historyCommand(shell))
    .addCommand(pauseCommand(shell))
    .addCommand(resumeCommand(shell))
}
