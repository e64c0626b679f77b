import { resolve } from 'node:path'
import type { Command } from 'commander'
import { loadConfig } from '../../../../core/config/index.ts'
import type { Config } from '../../../../core/config/index.ts'
import { UsageError } from '../../../../core/errors.ts'
import { configSources } from '../../client/connect.ts'
import { readRegister } from '../../import/sensor-register.ts'
import { command, instant } from '../../options.ts'
import type { Shell } from '../../shell.ts'

interface ScanFlags {
  readonly stream: string
  readonly config?: string
  readonly messages?: boolean
  readonly topic?: string
  readonly sensors?: string
  readonly source: string
  readonly arrivedAt?: string
}

/** Readings are no declared stream, and have a kind of their own. */
const READINGS = { name: 'readings', kind: 'reading' } as const

export function scanCommand(shell: Shell): Command {
  return command(
    'scan',
    'judge lines by the rules of a stream: NDJSON in, and for each line its row in silver or why it is none, as NDJSON; touches no data folder',
    [
      'scan --stream readings < readings.ndjson',
      'scan --stream weather --arrived-at 2026-03-01T06:00:00Z < weather.ndjson',
      'scan --stream readings --messages --sensors sensors.csv',
    ],
  )
    .requiredOption('--stream <name>', 'readings, or a stream of docs/reference/streams')
    .option(
      '--messages',
      'each line is a message: {"partition", "offset", "at": ms, "value": base64 or null}',
    )
    .option('--topic <name>', 'the topic of the messages; one of kafka.feeds brings its mapping')
    .option(
      '--sensors <file>',
      'the register that completes readings: CSV or GeoJSON, as for `sensors import`',
    )
    .option('--source <name>', 'where the lines came from', 'scan')
    .option('--arrived-at <instant>', 'when they arrived (default: now)', instant)
    .option('--config <file>', 'configuration file')
    .action((flags: ScanFlags) => run(shell, flags))
}

async function run(shell: Shell, flags: ScanFlags): Promise<void> {
  const config = loadConfig(configSources(shell, flags))
  const { readingScan, streamScan } = await import('../../../../lake/scan-lines/index.ts')
  const { configuredRules } = await import('../../../../lake/prepare/rules.ts')
  const { scanLines, scanMessages } = await import('../../../spark/scan.ts')
  const { streams } = await import('../../../../streams/index.ts')
  const rules = configuredRules(config)
  const isReadings = flags.stream === READINGS.name
  const stream = streams.find(({ name }) => name === flags.stream)
  if (!isReadings && stream === undefined)
    throw new UsageError(
      `There is no stream ${flags.stream}; there are ${[READINGS.name, ...streams.map(({ name }) => name)].join(', ')}.`,
    )
  if (flags.sensors !== undefined && !isReadings)
    throw new UsageError('--sensors completes readings; other streams have no use for it.')
  const sensors = flags.sensors === undefined ? [] : readRegister(resolve(shell.cwd, flags.sensors)).sensors
  const kind = stream?.name ?? READINGS.kind
  const options = {
    scan: stream === undefined ? readingScan(rules, sensors) : streamScan(stream, rules),
    kind,
    maxLineBytes: config.limits.maxLineBytes,
    input: shell.input(),
    write: async (text: string) => {
      shell.stdout.write(text)
      await shell.stdout.drained?.()
    },
  }
  if (flags.messages === true) return scanMessages(options, await readingOf(flags, kind, config))
  const arrivedAtMs = flags.arrivedAt === undefined ? Date.now() : Date.parse(flags.arrivedAt)
  return scanLines(options, { source: flags.source, arrivedAtMs })
}

/** How the topic's messages become lines: as the settings say of it, else as they are. */
async function readingOf({ topic = 'scan' }: ScanFlags, kind: string, config: Config) {
  const { linesOfJson } = await import('../../../../core/text/message-lines.ts')
  const { kafkaTopics } = await import('../../../kafka/feeds-of.ts')
  const { presets } = await import('../../../../sources/poll/index.ts')
  const { streams } = await import('../../../../streams/index.ts')
  const known = kafkaTopics(config, streams, presets).find(one => one.topic === topic)
  if (known !== undefined && known.kind !== kind)
    throw new UsageError(`kafka.feeds of the settings says that ${topic} holds ${known.stream}.`)
  return known ?? { topic, kind, intervalS: null, isMapped: false, read: linesOfJson }
}
