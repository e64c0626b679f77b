import { Command } from 'commander'
import type { Shell } from '../../shell.ts'
import { importIncidentsCommand } from './import.ts'
import { linkCommand } from './links.ts'

export function incidentsCommand(shell: Shell): Command {
  return new Command('incidents')
    .description('the city’s incident record')
    .addCommand(importIncidentsCommand(shell))
    .addCommand(linkCommand(shell, 'unlink'))
    .addCommand(linkCommand(shell, 'relink'))
}
