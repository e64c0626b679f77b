import { Option } from 'commander'
import type { Command } from 'commander'
import { loadConfig } from '../../../../core/config/index.ts'
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
  readonly logFormat?: string
  readonly logLevel?: string
}

export function doorCommand(shell: Shell): Command {
  return command(
    'door',
    'take deliveries and publish them to Kafka, answered once the brokers have them; needs no folder and no lake, and any number may run',
    ['door', 'door city --port 8081', 'door --config door.yaml --json'],
  )
    .argument('[name]', 'a name of kafka.doors; may be left out where there is one')
    .option('--config <file>', 'configuration file')
    .option('--port <port>', 'port to listen on; 0 picks a free one', portNumber)
    .option('--host <host>', 'address to listen on')
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
  const [{ chosenDoor, startTopicDoor, topicDoorsOf }, { streams }] = await Promise.all([
    import('../../../topic-door/index.ts'),
    import('../../../../streams/index.ts'),
  ])
  const settings = chosenDoor(topicDoorsOf(config, streams), name)
  const door = await listening(() => startTopicDoor(settings, config, line => log.say('info', line)))
  if (flags.json === true) shell.stdout.write(`${JSON.stringify({ url: door.url })}\n`)
  else
    shell.stdout.write(
      `\nDeliveries are taken at ${paint(shell.stdout, 'bold', door.url, shell.env)}; Ctrl-C ends it.\n`,
    )
  await aborted(shell.signal)
  log.say('info', 'Finishing what is in hand…')
  await door.stop()
}
