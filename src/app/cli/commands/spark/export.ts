import { resolve } from 'node:path'
import { Command } from 'commander'
import { loadConfig } from '../../../../core/config/index.ts'
import { configSources } from '../../client/connect.ts'
import { command } from '../../options.ts'
import type { Shell } from '../../shell.ts'

interface ExportFlags {
  readonly out: string
  readonly config?: string
  readonly json?: boolean
}

export function sparkCommand(shell: Shell): Command {
  const exporting = command(
    'export',
    'write what a Spark job must know of every stream (streams.json) and the formulas of gold in its SQL, from the declarations',
    ['spark export', 'spark export --out /dbfs/arterial'],
  )
  exporting
    .option('--out <dir>', 'folder to write to', 'spark')
    .option('--config <file>', 'configuration file; its kafka.feeds name the topics')
    .option('--json', 'one JSON document on stdout')
    .action((flags: ExportFlags) => writeExport(shell, flags))
  return new Command('spark').description('the same rules and tables on Apache Spark').addCommand(exporting)
}

async function writeExport(shell: Shell, flags: ExportFlags): Promise<void> {
  const config = loadConfig(configSources(shell, flags))
  const { configuredRules } = await import('../../../../lake/prepare/rules.ts')
  const { kafkaTopics } = await import('../../../kafka/feeds-of.ts')
  const { sparkExport, writeSparkExport } = await import('../../../spark/export.ts')
  const { presets } = await import('../../../../sources/poll/index.ts')
  const { streams } = await import('../../../../streams/index.ts')
  const made = sparkExport(streams, kafkaTopics(config, streams, presets), configuredRules(config))
  const folder = resolve(shell.cwd, flags.out)
  const files = await writeSparkExport(made, folder)
  const read = made.streams.filter(({ topics }) => topics.length > 0)
  if (flags.json) {
    shell.stdout.write(
      `${JSON.stringify({ folder, files, streams: read.map(({ stream, topics }) => ({ stream, topics })) })}\n`,
    )
    return
  }
  const named = read.map(({ stream, topics }) => `  ${topics.join(', ')}: ${stream}`)
  shell.stdout.write(
    `${files.length} files written to ${folder}.\n${
      named.length === 0
        ? 'No topic is read: kafka.feeds of the settings names none.'
        : `Topics that the job reads:\n${named.join('\n')}`
    }\n`,
  )
}
