import type { Config } from '../../core/config/index.ts'
import { nearest } from '../../core/config/nearest.ts'
import { FeedError } from '../../core/feed-error.ts'
import type { FeedFormat } from '../../core/feed-format.ts'
import { WireReading } from '../../core/schema/reading.ts'
import type { Stream } from '../../core/stream/index.ts'
import { linesOfJson, linesOfRecords, withFields } from '../../core/text/message-lines.ts'
import type { MessageLines } from '../../core/text/message-lines.ts'
import { formatOf, isZone, streamOf } from '../polling/feeds-of.ts'

type TopicSettings = Config['kafka']['feeds'][number]['topics'][number]
export type MessageSettings = Pick<
  TopicSettings,
  'stream' | 'preset' | 'mapping' | 'constants' | 'zone' | 'intervalS'
>

/** What becomes of a topic's messages, whatever broker they are of. */
export interface MessageReading {
  readonly stream: string
  /** Of the lines, as the log names it. */
  readonly kind: string
  readonly intervalS: number | null
  readonly isMapped: boolean
  /** @param fields what is known of the message beside its bytes, by the stream's field */
  readonly read: (value: Buffer, fields?: Readonly<Record<string, string>>) => MessageLines
}

export interface ReadingDeps {
  readonly config: Pick<Config, 'city'>
  readonly streams: readonly Stream[]
  readonly formats: readonly FeedFormat[]
  /** Fields that come with each message, beside its bytes. */
  readonly fields?: readonly string[]
}

/** The stream of readings is none of the declared ones, and its lines have a kind of their own in the log. */
const READINGS = { stream: 'readings', kind: 'reading' } as const

/** @throws {FeedError} for an unknown stream, field, format or zone, and a wrong mapping */
export function messageReading(settings: MessageSettings, deps: ReadingDeps): MessageReading {
  const { config, streams } = deps
  const { stream, preset, mapping, constants, intervalS } = settings
  const zone = settings.zone ?? config.city.timeZone
  if (!isZone(zone))
    throw new FeedError(`the zone "${zone}" is unknown; use an IANA name, or an offset such as -07:00`)
  if (preset !== null || mapping !== null) return mappedReading(settings, zone, deps)
  const named = stream ?? ''
  const declared = named === READINGS.stream ? null : streamOf(named, streams)
  const known = declared === null ? Object.keys(WireReading.shape) : Object.keys(declared.fields)
  const given = [...(deps.fields ?? []), ...Object.keys(constants)]
  mustBeKnown(given, known, named)
  const kind = declared?.name ?? READINGS.kind
  const typed = typedFields(declared)
  const read = (value: Buffer, fields: Readonly<Record<string, string>> = {}) =>
    withFields(linesOfJson(value), { ...constants, ...typed(fields) })
  // A message that contradicts its topic may be a record by itself: it must not be taken for one.
  return { stream: named, kind, intervalS, isMapped: given.length > 0, read }
}

function mappedReading(settings: MessageSettings, zone: string, deps: ReadingDeps): MessageReading {
  const { constants, intervalS } = settings
  const { streams, formats, fields: given = [] } = deps
  const placeholders = Object.fromEntries(given.map(name => [name, 'given']))
  const format = formatOf({ ...settings, constants: { ...constants, ...placeholders } }, streams, formats)
  if (format.since !== undefined)
    throw new FeedError(
      `${format.name} is a whole feed, of which a message is no part; poll its address instead`,
    )
  const of = streamOf(format.stream, streams)
  mustBeKnown(given, Object.keys(of.fields), of.name)
  const typed = typedFields(of)
  const read = (value: Buffer, fields: Readonly<Record<string, string>> = {}): MessageLines => {
    const known = { ...constants, ...typed(fields) }
    try {
      return linesOfRecords(format.read(value, { arrivedAtMs: Date.now(), zone, constants: known }))
    } catch (error) {
      if (error instanceof FeedError) return { refused: error.message }
      throw error
    }
  }
  return { stream: format.stream, kind: of.name, intervalS, isMapped: true, read }
}

function mustBeKnown(given: readonly string[], known: readonly string[], stream: string): void {
  for (const name of given) {
    if (known.includes(name)) continue
    const meant = nearest(name, [...known])
    throw new FeedError(
      `${stream} has no field ${name}; ${meant === null ? `it has ${known.join(', ')}` : `did you mean ${meant}?`}`,
    )
  }
}

/** Levels of a topic are texts; where the stream wants a number, one that is a number becomes one. */
function typedFields(stream: Stream | null) {
  const numbers = new Set(
    Object.entries(stream?.fields ?? {}).flatMap(([name, { type }]) => (type === 'number' ? [name] : [])),
  )
  return (fields: Readonly<Record<string, string>>): Record<string, string | number> =>
    Object.fromEntries(
      Object.entries(fields).map(([name, text]) => [
        name,
        numbers.has(name) && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text,
      ]),
    )
}
