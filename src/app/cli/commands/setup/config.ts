import { Command } from 'commander'
import { describeMistake, FIELDS, inspectConfig, loadConfig } from '../../../../core/config/index.ts'
import type { Config, Field, Mistake } from '../../../../core/config/index.ts'
import { configSources } from '../../client/connect.ts'
import type { ServerFlags } from '../../client/connect.ts'
import { ConfigError } from '../../../../core/errors.ts'
import { EXIT } from '../../exit-codes.ts'
import { command, withFolderFlags } from '../../options.ts'
import { table } from '../../output.ts'
import type { Shell } from '../../shell.ts'

type Flags = Pick<ServerFlags, 'data' | 'config' | 'simulate' | 'json'>

export function configCommand(shell: Shell): Command {
  const show = command('show', 'the settings in force and where each came from; secrets as ***', [
    'config show',
    'config show --json --config city.yaml',
  ])
  const check = command('check', 'look for mistakes in the configuration', [
    'config check --config city.yaml',
  ])
  for (const one of [show, check]) withFolderFlags(one).option('--json', 'one JSON document on stdout')
  show.action((flags: Flags) => showConfig(shell, flags))
  check.action((flags: Flags) => checkConfig(shell, flags))
  return new Command('config').description('the configuration').addCommand(show).addCommand(check)
}

function showConfig(shell: Shell, flags: Flags): void {
  const sources = configSources(shell, flags)
  const config = loadConfig(sources)
  if (flags.json) {
    shell.stdout.write(`${JSON.stringify(config, null, 2)}\n`)
    return
  }
  const { given } = inspectConfig(sources)
  const text = table<Field>(
    [
      { title: 'setting', value: field => field.path },
      { title: 'value', value: field => valueText(config, field) },
      { title: 'unit', value: field => field.meta.unit ?? ' ' },
      { title: 'from', value: field => given.get(field.path)?.where ?? 'default' },
    ],
    FIELDS,
  )
  shell.stdout.write(`${text}\n`)
}

async function checkConfig(shell: Shell, flags: Flags): Promise<void> {
  const sources = configSources(shell, flags)
  const { mistakes: ofSettings, file, given } = inspectConfig(sources)
  const where = given.get('polling.feeds')?.where ?? 'default'
  const mistakes = ofSettings.length > 0 ? ofSettings : await mistakesOfParts(loadConfig(sources), where)
  if (mistakes.length > 0) shell.exitCode = EXIT.usage
  if (flags.json) {
    shell.stdout.write(`${JSON.stringify({ ok: mistakes.length === 0, file, mistakes })}\n`)
  } else if (mistakes.length === 0) {
    shell.stdout.write(`${file ?? 'No configuration file; environment and flags'}: no mistakes.\n`)
  } else {
    shell.stdout.write(`${mistakes.map(describeMistake).join('\n')}\n`)
  }
}

/** What a start would find wrong with feeds, datasets, outputs and rules of alerts: only streams, formats, tables and places tell. */
async function mistakesOfParts(config: Config, where: string): Promise<Mistake[]> {
  return [
    ...(await mistakesOfFeeds(config, where)),
    ...(await mistakesOfKafka(config, where)),
    ...(await mistakesOfMqtt(config, where)),
    ...(await mistakesOfKafkaOutputs(config)),
    ...(await mistakesOfDoors(config)),
    ...(await mistakesOfJobs(config)),
    ...(await mistakesOfAlerts(config)),
  ]
}

async function mistakesOfJobs(config: Config): Promise<Mistake[]> {
  const { plannedJobs } = await import('../../../planned-jobs.ts')
  return mistakesOf('jobs, outputs', () => plannedJobs(config))
}

async function mistakesOfAlerts({ alerts, incidents, city }: Config): Promise<Mistake[]> {
  const [{ incidentRules }, { readPlaces }] = await Promise.all([
    import('../../../alerts/rules.ts'),
    import('../../../incidents/places.ts'),
  ])
  return mistakesOf('alerts, incidents', () => {
    const { communities } = readPlaces(incidents, city.timeZone)
    incidentRules(
      alerts.rules,
      communities.map(({ name }) => name),
    )
  })
}

function mistakesOf(path: string, start: () => unknown): Mistake[] {
  try {
    start()
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    // A start says only the message, which then begins with the setting.
    const message = error.message.startsWith(path)
      ? error.message.slice(path.length).replace(/^:? /, '')
      : error.message
    return [{ path, message, where: 'the settings' }]
  }
}

async function mistakesOfFeeds(config: Config, where: string): Promise<Mistake[]> {
  const [{ wrongFeeds }, { streams }] = await Promise.all([
    import('../../../polling/index.ts'),
    import('../../../../streams/index.ts'),
  ])
  return wrongFeeds(config, streams).map(({ name, message }) => ({
    path: `polling.feeds "${name}"`,
    message,
    where,
  }))
}

async function mistakesOfKafka(config: Config, where: string): Promise<Mistake[]> {
  if (config.kafka.feeds.length === 0) return []
  const [{ wrongKafka }, { streams }] = await Promise.all([
    import('../../../kafka/index.ts'),
    import('../../../../streams/index.ts'),
  ])
  return wrongKafka(config, streams).map(({ name, message }) => ({
    path: `kafka.feeds "${name}"`,
    message,
    where,
  }))
}

async function mistakesOfKafkaOutputs(config: Config): Promise<Mistake[]> {
  if (config.kafka.outputs.length === 0) return []
  const [{ kafkaOutputsOf }, { streams }] = await Promise.all([
    import('../../../kafka-outputs/index.ts'),
    import('../../../../streams/index.ts'),
  ])
  return mistakesOf('kafka.outputs', () => kafkaOutputsOf(config, streams))
}

async function mistakesOfDoors(config: Config): Promise<Mistake[]> {
  if (config.kafka.doors.length + config.mqtt.doors.length === 0) return []
  const [{ topicDoorsOf }, { mqttDoorsOf }, { streams }] = await Promise.all([
    import('../../../topic-door/settings.ts'),
    import('../../../topic-door/mqtt-settings.ts'),
    import('../../../../streams/index.ts'),
  ])
  const ofKafka = mistakesOf('kafka.doors', () => topicDoorsOf(config, streams))
  if (ofKafka.length > 0) return ofKafka
  return mistakesOf('mqtt.doors', () => mqttDoorsOf(config, topicDoorsOf(config, streams), streams, 'check'))
}

async function mistakesOfMqtt(config: Config, where: string): Promise<Mistake[]> {
  if (config.mqtt.feeds.length === 0) return []
  const [{ wrongMqtt }, { streams }] = await Promise.all([
    import('../../../mqtt/index.ts'),
    import('../../../../streams/index.ts'),
  ])
  return wrongMqtt(config, streams).map(({ name, message }) => ({
    path: `mqtt.feeds "${name}"`,
    message,
    where,
  }))
}

function valueText(config: Config, field: Field): string {
  const section = config[field.section as keyof Config] as Readonly<Record<string, unknown>>
  const value = section[field.key]
  return typeof value === 'string'
    ? value
    : value === null && field.fallback === 'forever'
      ? 'forever'
      : JSON.stringify(value)
}
