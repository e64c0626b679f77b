import type { Command } from 'commander'
import { loadConfig } from '../../../../core/config/index.ts'
import { UsageError } from '../../../../core/errors.ts'
import { configSources, note } from '../../client/connect.ts'
import { command, positive, positiveDecimal, withFolderFlags } from '../../options.ts'
import { number } from '../../output.ts'
import type { Shell } from '../../shell.ts'

interface LoadFlags {
  readonly rate: number
  readonly minutes: number
  readonly json?: boolean
  readonly data?: string
  readonly config?: string
}

const RATE = 60_000
const MINUTES = 5
const CLIENT_ID = 'arterial-load'
const NOTE_S = 10

export function loadCommand(shell: Shell): Command {
  const loading = command(
    'load',
    'publish a simulated city to the Kafka cluster of a feed, for a cluster that is there to be tested',
    ['load city --rate 1000000 --minutes 5', 'load city --config test-cluster.yaml --json'],
  )
  return withFolderFlags(loading)
    .argument('<feed>', 'a name of kafka.feeds: its cluster, and the topics of its readings and weather')
    .option('--rate <n>', 'readings a minute', positive, RATE)
    .option('--minutes <n>', 'how long', positiveDecimal, MINUTES)
    .option('--json', 'one JSON document on stdout')
    .action(async (feed: string, flags: LoadFlags) => {
      const published = await load(shell, feed, flags)
      const text = `${number(published.readings)} readings and ${number(published.weather)} records of the weather published.`
      shell.stdout.write(flags.json === true ? `${JSON.stringify(published)}\n` : `${text}\n`)
    })
}

async function load(shell: Shell, name: string, flags: LoadFlags) {
  const config = loadConfig(configSources(shell, flags))
  const settings = config.kafka.feeds.find(feed => feed.name === name)
  if (settings === undefined) {
    const known = config.kafka.feeds.map(feed => feed.name).join(', ')
    throw new UsageError(
      `kafka.feeds has no "${name}"; ${known === '' ? 'it is empty' : `there are ${known}`}.`,
    )
  }
  const [
    { kafkaConnection },
    { CITY_TOPICS, publishCity },
    { simulatedCity },
    { topicWriter },
    { clientOptions },
  ] = await Promise.all([
    import('../../../kafka/feeds-of.ts'),
    import('../../../kafka/publish-city.ts'),
    import('../../../simulation.ts'),
    import('../../../../outputs/kafka/producer.ts'),
    import('../../../../sources/kafka/client/platformatic.ts'),
  ])
  const simulation = { ...config.simulation, readingsPerMinute: flags.rate }
  const topicOf = (stream: 'readings' | 'weather') =>
    settings.topics.find(topic => topic.stream === stream)?.topic ?? CITY_TOPICS[stream]
  const writer = topicWriter(name, clientOptions(kafkaConnection(settings), CLIENT_ID))
  let seconds = 0
  try {
    return await publishCity({
      simulated: simulatedCity({ ...config, simulation }),
      topics: { readings: topicOf('readings'), weather: topicOf('weather') },
      send: writer.send,
      spanS: Math.ceil(flags.minutes * 60),
      now: Date.now,
      signal: shell.signal,
      onSecond: ({ readings }) => {
        if (++seconds % NOTE_S === 0) note(shell, `${number(readings)} readings published…`)
      },
    })
  } finally {
    await writer.close()
  }
}
