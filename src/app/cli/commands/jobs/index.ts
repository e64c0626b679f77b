import { Command } from 'commander'
import type { Shell } from '../../shell.ts'
import { historyCommand, listCommand } from './look.ts'
import { pauseCommand, resumeCommand, runCommand } from './act.ts'

export function jobsCommand(shell: Shell): Command {
  return new Command('jobs')
    .description('what the running system does on a schedule')
    .addCommand(listCommand(shell))
    .addCommand(runCommand(shell))
    .addCommand(historyCommand(shell))
    .addCommand(pauseCommand(shell))
    .addCommand(resumeCommand(shell))
}
