import { join } from 'node:path'
import { Command } from 'commander'
import { loadConfig } from '../../../core/config/index.ts'
import { folderOf } from '../../folder/index.ts'
import { downgrade } from '../../format/downgrade.ts'
import { shown } from '../client/cities.ts'
import { configSources } from '../client/connect.ts'
import type { ServerFlags } from '../client/connect.ts'
import { command, withFolderFlags } from '../options.ts'
import { number } from '../output.ts'
import { progress } from '../progress.ts'
import type { Shell } from '../shell.ts'

type Flags = Pick<ServerFlags, 'data' | 'config' | 'simulate' | 'json'>

export function dataCommand(shell: Shell): Command {
  const back = command(
    'downgrade',
    'bring a data folder back to the format of the first version (before `segments/`); stop the server first',
    ['data downgrade --data data/city', 'data downgrade --data data/demo --json'],
  )
  withFolderFlags(back)
    .option('--json', 'one JSON document on stdout')
    .action((flags: Flags) => bringBack(shell, flags))
  return new Command('data').description('the data folder').addCommand(back)
}

async function bringBack(shell: Shell, flags: Flags): Promise<void> {
  const folder = folderOf(loadConfig(configSources(shell, flags)))
  const bar = progress(shell.stderr)
  const done = await downgrade(folder, (share, text) => bar.update(share, text))
  const name = shown(folder, shell.cwd)
  bar.end(done === null ? `${name} has the old format already` : `${name} is of the old format`)
  if (flags.json) {
    shell.stdout.write(`${JSON.stringify({ folder, format: 1, changed: done !== null, ...done })}\n`)
  } else if (done !== null) {
    shell.stdout.write(
      `${number(done.records)} records in ${number(done.segments)} segments, of which ${number(done.rewritten)} were rewritten. The log is in ${join(name, 'log')} again: start the old program now. A start of this one brings the folder to the new format again.\n`,
    )
  }
}
