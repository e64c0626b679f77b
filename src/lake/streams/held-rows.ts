import type { Stream } from '../../core/stream/index.ts'
import { EngineUnavailableError } from '../../core/errors.ts'
import type { Engine } from '../engine/index.ts'
import type { OnceWanted } from './batch.ts'
import { tableOf, timeColumnOf } from './tables.ts'

const rowBytes = 40

/** Loads what a stream's table holds of some spans: RowBinary of (once, content, ms). */
export type LoadOnce = (wanted: OnceWanted) => Promise<Uint8Array>

/** @param suffix of the tables that are read: `_rebuild` while they are made anew */
export function onceLoader(engine: Engine, streams: readonly Stream[], suffix = ''): LoadOnce {
  return async wanted => {
    const stream = streams.find(({ name }) => name === wanted.stream)
    if (stream === undefined) throw new Error(`no stream ${wanted.stream}`)
    const table = `${tableOf(stream)}${suffix}`
    const chunks: Buffer[] = []
    for (const span of wanted.spans) {
      const { sql, params } =
        span === null ? newest(table, wanted.below) : between(table, timeColumnOf(stream), span)
      const rows = await engine.stream(sql, 'RowBinary', { session: 'load', params })
      for await (const chunk of rows) chunks.push(chunk as Buffer)
    }
    const bytes = Buffer.concat(chunks)
    if (bytes.length % rowBytes !== 0) throw new EngineUnavailableError(`the rows of ${table} end within one`)
    return bytes
  }
}

interface Question {
  readonly sql: string
  readonly params: Readonly<Record<string, unknown>>
}

function newest(table: string, below: number): Question {
  return {
    sql: `SELECT once_hash, content_hash, toInt64(0) AS ms FROM ${table} AS t
          WHERE t.position < {below:Int64} ORDER BY t.position DESC LIMIT 1 BY once_hash`,
    params: { below },
  }
}

function between(table: string, time: string, [from, to]: readonly [number, number]): Question {
  return {
    sql: `SELECT once_hash, content_hash, toInt64(toUnixTimestamp64Milli(t.${time})) AS ms FROM ${table} AS t
          WHERE t.${time} >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND t.${time} < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`,
    params: { from, to },
  }
}
