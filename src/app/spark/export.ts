import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { columnsOf, reasonsOf } from '../../core/stream/index.ts'
import type { Stream } from '../../core/stream/index.ts'
import { REASONS } from '../../lake/readings/scan/index.ts'
import { readingScan, scannedColumns, streamScan } from '../../lake/scan-lines/index.ts'
import type { LineScan, ScannedColumn, ScanRules } from '../../lake/scan-lines/index.ts'
import { goldOfReadings, goldOfStream } from '../../lake/spark/index.ts'
import type { GoldForSpark, GoldLeftOut, SparkGold } from '../../lake/spark/index.ts'
import { tableOf, timeColumnOf } from '../../lake/streams/tables.ts'
import type { KafkaTopic } from '../../sources/kafka/index.ts'
import { COLUMN_COMMENTS } from '../tables/comments.ts'

/** What Spark must know of a kind of record; nothing of it is written by hand a second time. */
export interface SparkStream {
  readonly stream: string
  readonly title: string
  readonly says: string
  /** Where its records come from, as the settings say. */
  readonly topics: readonly string[]
  readonly once: 'first' | 'latest' | 'every'
  /** Columns that two arrivals of one record have equal: the first is kept. */
  readonly key: readonly string[]
  /** Of another arrival with the same key, tells a conflict from a repeat. */
  readonly content: string
  readonly time: string
  readonly silver: { readonly table: string; readonly columns: readonly SparkColumn[] }
  readonly quarantine: { readonly columns: readonly ScannedColumn[] }
  /** Why a line is refused, by code, in words. */
  readonly reasons: Readonly<Record<string, string>>
  readonly gold: readonly SparkGold[]
  readonly goldLeftOut: readonly GoldLeftOut[]
}

interface SparkColumn extends ScannedColumn {
  readonly comment: string
}

export interface SparkExport {
  readonly format: 1
  readonly streams: readonly SparkStream[]
  /** Streams that this way has no room for, and why. */
  readonly streamsLeftOut: readonly { readonly stream: string; readonly why: string }[]
}

/** All streams as Spark is to know them. */
export function sparkExport(
  streams: readonly Stream[],
  read: readonly Pick<KafkaTopic, 'topic' | 'kind'>[],
  rules: ScanRules,
): SparkExport {
  const topics = (kind: string) => read.filter(one => one.kind === kind).map(({ topic }) => topic)
  const kept = streams.filter(stream => whyNot(stream) === null)
  return {
    format: 1,
    streams: [
      readings(topics('reading'), rules),
      ...kept.map(stream => declared(stream, topics(stream.name), rules)),
    ],
    streamsLeftOut: streams.flatMap(stream => {
      const why = whyNot(stream)
      return why === null ? [] : [{ stream: stream.name, why }]
    }),
  }
}

/** Writes `streams.json`, and each formula of gold as a file of its own. @returns the files' names */
export async function writeSparkExport(made: SparkExport, folder: string): Promise<string[]> {
  await mkdir(join(folder, 'gold'), { recursive: true })
  const written: string[] = []
  const write = async (name: string, text: string) => {
    await writeFile(join(folder, name), text)
    written.push(name)
  }
  for (const { gold } of made.streams)
    for (const { name, sql, key, windowS } of gold)
      await write(
        join('gold', `${name}.sql`),
        `-- gold.${name} for Spark: windows of ${windowS} s made anew from whole hours of silver (the view silver_rows). Key: ${key.join(', ')}.\n-- Made by \`arterial spark export\`: not to be edited.\n${sql}\n`,
      )
  await write('streams.json', `${JSON.stringify(made, null, 2)}\n`)
  return written
}

function readings(topics: readonly string[], rules: ScanRules): SparkStream {
  const comments = COLUMN_COMMENTS['silver.readings'] ?? {}
  return {
    ...{ stream: 'readings', title: 'Readings', says: 'What a sensor measured over one interval', topics },
    ...{ once: 'first', key: ['sensor_id', 'measured_at'], content: 'content', time: 'measured_at' },
    ...tablesOf(readingScan(rules, []), 'readings', comments),
    reasons: REASONS,
    ...goldOf(goldOfReadings()),
  }
}

function declared(stream: Stream, topics: readonly string[], rules: ScanRules): SparkStream {
  const comments = Object.fromEntries(
    columnsOf(stream.fields).map(({ name, says, unit }) => [
      name,
      unit === null ? says : `${says} (${unit})`,
    ]),
  )
  return {
    ...{ stream: stream.name, title: stream.title, says: stream.says, topics },
    ...{ once: stream.once.how, key: ['once_hash'], content: 'content_hash', time: timeColumnOf(stream) },
    ...tablesOf(streamScan(stream, rules), tableOf(stream).replace(/^silver\./, ''), comments),
    reasons: reasonsOf(stream),
    ...goldOf(goldOfStream(stream)),
  }
}

function tablesOf(
  scan: LineScan,
  table: string,
  comments: Readonly<Record<string, string>>,
): Pick<SparkStream, 'silver' | 'quarantine'> {
  const { row, refused } = scannedColumns(scan)
  const columns = row.map(column => ({ ...column, comment: comments[column.name] ?? '' }))
  return { silver: { table, columns }, quarantine: { columns: refused } }
}

function goldOf({ tables, leftOut }: GoldForSpark): Pick<SparkStream, 'gold' | 'goldLeftOut'> {
  return { gold: tables, goldLeftOut: leftOut }
}

/** A version that counts as new because the one before it was another can't be told without the order of all arrivals. */
function whyNot({ once }: Stream): string | null {
  return once.how === 'latest' && once.version === 'position'
    ? 'its newest version is the one that arrived last, and partitions have no common order'
    : null
}
