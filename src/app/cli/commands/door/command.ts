import { Option } from 'commander'
import type { Command } from 'commander'
import { hostname } from 'node:os'
import { loadConfig } from '../../../../core/config/index.ts'
import { UsageError } from '../../../../core/errors.ts'
import { lineLog, LOG_LEVELS } from '../../../../serve/logging/log-lines.ts'
import { configSources } from '../../client/connect.ts'
import { aborted, listening } from '../../listening.ts'
import { command, portNumber } from '../../options.ts'
import { paint } from '../../output.ts'
import type { Shell } from '../../shell.ts'

interface DoorFlags {
  readonly port?: number
  readonly host?: string
  readonly config?: string
  readonly json?: boolean
  readonly instance?: string
  readonly leave?: true
  readonly logFormat?: string
  readonly logLevel?: string
}

export function doorCommand(shell: Shell): Command {
  return command(
    'door',
    'take deliveries by HTTP and MQTT and publish them to Kafka, answered once the brokers have them; needs no folder and no lake, and any number may run',
    [
      'door',
      'door city --port 8081 --instance door-2',
      'door --instance door-2 --leave',
      'door --config door.yaml --json',
    ],
  )
    .argument('[name]', 'a name of kafka.doors; may be left out where there is one')
    .option('--config <file>', 'configuration file')
    .option('--port <port>', 'port to listen on; 0 picks a free one', portNumber)
    .option('--host <host>', 'address to listen on')
    .option(
      '--instance <name>',
      'by which MQTT brokers know this door again, each its own (default: the name of this machine)',
    )
    .option(
      '--leave',
      'publish what MQTT brokers keep for the door of that --instance, have them forget it, and end: for a door that is taken away for good',
    )
    .addOption(
      new Option('--log-format <format>', 'how the log on stderr is written').choices(['text', 'json']),
    )
    .addOption(new Option('--log-level <level>', 'what is in it').choices([...LOG_LEVELS]))
    .option('--json', 'print {"url": …} as the first line on stdout when ready')
    .action((name: string | undefined, flags: DoorFlags) => run(shell, name ?? null, flags))
}

async function run(shell: Shell, name: string | null, flags: DoorFlags): Promise<void> {
  const sources = configSources(shell, flags)
  const config = loadConfig({
    ...sources,
    flags: {
      'server.port': flags.port,
      'server.host': flags.host,
      'log.format': flags.logFormat,
      'log.level': flags.logLevel,
    },
  })
  const { format, level } = config.log
  const log = lineLog(format, level, line => shell.stderr.write(line))
  shell.log = format === 'json' ? log : undefined
  const [{ chosenDoor, leaveMqtt, mqttDoorsOf, startTopicDoor, topicDoorsOf }, { streams }] =
    await Promise.all([import('../../../topic-door/index.ts'), import('../../../../streams/index.ts')])
  const doors = topicDoorsOf(config, streams)
  const settings = chosenDoor(doors, name)
  const mqtt = mqttDoorsOf(config, doors, streams, instanceOf(flags.instance))
    .filter(({ door }) => door === settings.name)
    .map(({ feed }) => feed)
  if (flags.leave === true) {
    const found = await leaveMqtt(settings, mqtt, config)
    shell.stdout.write(leftText(found, flags))
    return
  }
  const onProgress = (line: string) => log.say('info', line)
  const door = await listening(() => startTopicDoor({ settings, mqtt, config, onProgress }))
  if (flags.json === true) shell.stdout.write(`${JSON.stringify({ url: door.url })}\n`)
  else
    shell.stdout.write(
      `\nDeliveries are taken at ${paint(shell.stdout, 'bold', door.url, shell.env)}; Ctrl-C ends it.\n`,
    )
  await aborted(shell.signal)
  log.say('info', 'Finishing what is in hand…')
  await door.stop()
}

/** @throws {UsageError} for a name that brokers would not take */
function instanceOf(given: string | undefined): string {
  if (given === undefined)
    return hostname()
      .replaceAll(/[^\w.-]/g, '-')
      .slice(0, 64)
  if (/^[\w.-]{1,64}$/.test(given)) return given
  throw new UsageError(
    `--instance ${given}: allowed are 1 to 64 letters, digits, dashes, dots and underscores.`,
  )
}

function leftText(found: ReadonlyMap<string, number>, { json }: DoorFlags): string {
  if (json === true) return `${JSON.stringify({ published: Object.fromEntries(found) })}\n`
  const lines = [...found].map(([feed, count]) => `  ${feed}: ${count}\n`)
  return found.size === 0
    ? 'The settings name no MQTT broker for this door (mqtt.doors).\n'
    : `Messages that waited, now in the topics; the brokers have forgotten this door:\n${lines.join('')}`
}
