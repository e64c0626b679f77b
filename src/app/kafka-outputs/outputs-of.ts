import type { Config } from '../../core/config/index.ts'
import { ConfigError } from '../../core/errors.ts'
import { FeedError } from '../../core/feed-error.ts'
import type { Stream } from '../../core/stream/index.ts'
import { describedTables } from '../../lake/streams/described.ts'
import { readableTables } from '../../serve/sql/index.ts'
import type { KafkaConnection } from '../../sources/kafka/index.ts'
import { kafkaConnection } from '../kafka/feeds-of.ts'

type Topics = Config['kafka']['outputs'][number]['topics']

export interface KafkaOutput {
  readonly name: string
  readonly connection: KafkaConnection
  readonly topics: Topics
}

/**
 * The outputs that the settings name; none in the demo, because nobody wants simulated rows in a cluster.
 * @throws {ConfigError} naming every one that can't be
 */
export function kafkaOutputsOf(config: Config, streams: readonly Stream[]): KafkaOutput[] {
  const mistakes: string[] = []
  const outputs = config.kafka.outputs.flatMap(settings => {
    const { name, topics } = settings
    mistakes.push(...topicMistakes(topics, streams).map(text => `  "${name}", ${text}`))
    try {
      return [{ name, topics, connection: kafkaConnection(settings) }]
    } catch (error) {
      if (!(error instanceof FeedError)) throw error
      mistakes.push(`  "${name}": ${error.message}`)
      return []
    }
  })
  if (mistakes.length > 0)
    throw new ConfigError(`kafka.outputs has ${mistakes.length} mistake(s):\n${mistakes.join('\n')}`)
  return config.simulation.mode === 'off' ? outputs : []
}

function topicMistakes(topics: Topics, streams: readonly Stream[]): string[] {
  const tables = new Map(readableTables(streams).map(one => [one.table, one.news]))
  return topics.flatMap(({ topic, from }) => {
    const news = tables.get(from)
    if (news === undefined) return [`${topic}: ${from} is no table that SQL may read`]
    if (news !== null) return []
    return [
      `${topic}: ${from} has neither a position nor windows, so that nobody knows what is new in it; ${insteadOf(from, streams)}, or send it whole by outputs.databases`,
    ]
  })
}

/** Tables of the same records whose news is known. */
function insteadOf(from: string, streams: readonly Stream[]): string {
  const beside = streams.map(describedTables).find(tables => tables.some(({ table }) => table === from))
  const known = (beside ?? []).flatMap(({ table, news }) => (news === null ? [] : [table]))
  return known.length === 0 ? 'take another table' : `take ${known.join(' or ')}`
}
