import type { Stream } from '../../core/stream/index.ts'
import type { Engine } from '../../lake/engine/index.ts'
import { allColumnsOf, tableOf } from '../../lake/streams/tables.ts'
import type { FollowedRow } from './follower.ts'
import type { FollowedRows } from './runner.ts'

/** Of readings a follower sees the measures and where they were taken. */
const readingColumns = [
  ...['position', 'sensor_id', 'intersection_id', 'district', 'measured_at', 'arrived_at'],
  ...['vehicles', 'speed_kmh', 'occupancy', 'wait_s', 'queue_veh', 'interval_s'],
]

/** Rows out of the lake's tables. @param visible as the loader says it */
export function lakeRows(
  engine: Pick<Engine, 'query'>,
  streams: readonly Stream[],
  visible: () => number,
): FollowedRows {
  const places = new Map(streams.map(one => [one.name, { table: tableOf(one), columns: allColumnsOf(one) }]))
  places.set('readings', { table: 'silver.readings', columns: readingColumns })
  const ask = async (
    name: string,
    [from, to]: readonly [number, number],
    limit: number,
    passedOver: string | undefined,
  ): Promise<FollowedRow[]> => {
    const isLeft = passedOver === undefined ? '' : `AND NOT (${passedOver})`
    const place = places.get(name)
    if (place === undefined) throw new Error(`there is no stream ${name} to follow`)
    const shown = place.columns.filter(column => !column.endsWith('_hash'))
    const rows = await engine.query<{ position: number }>(
      `SELECT ${shown.map(column => `t.${column} AS ${column}`).join(', ')} FROM ${place.table} AS t
       WHERE t.position >= {from:Int64} AND t.position < {to:Int64} ${isLeft} ORDER BY t.position LIMIT {limit:UInt32}`,
      {
        params: { from, to, limit },
        settings: { output_format_json_quote_64bit_integers: 0, date_time_output_format: 'iso' },
      },
    )
    return rows.map(({ position, ...values }) => ({ stream: name, position, values }))
  }
  return {
    visible,
    read: async (names, from, to, limit, passedOver) => {
      const parts = await Promise.all(names.map(name => ask(name, [from, to], limit, passedOver)))
      // A position is one line of one stream: the first so many of all are among the first so many of each.
      return parts
        .flat()
        .sort((a, b) => a.position - b.position)
        .slice(0, limit)
    },
  }
}
