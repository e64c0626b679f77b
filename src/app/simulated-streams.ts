import type { Stream } from '../core/stream/index.ts'
import type { Engine } from '../lake/engine/index.ts'
import { tableOf } from '../lake/streams/tables.ts'
import { SIMULATOR_SOURCE, simulatedStreams } from '../sources/simulator/index.ts'
import type { Present, PresentThing } from '../sources/simulator/index.ts'

interface ThingRow {
  readonly key: string
  readonly source: string
  readonly withdrawn: boolean
  readonly latitude: number | null
  readonly longitude: number | null
}

/**
 * What the lake holds of the streams that the simulator says: of things, the newest version of each; of all others, whether
 * there is anything. A stream without rows, or without its table yet, is missing.
 */
export async function presentStreams(
  engine: Pick<Engine, 'query'>,
  streams: readonly Stream[],
): Promise<Present> {
  const names: ReadonlySet<string> = new Set(simulatedStreams)
  const tables = new Set(
    (
      await engine.query<{ name: string }>(
        "SELECT concat('silver.', name) AS name FROM system.tables WHERE database = 'silver'",
        {
          session: 'load',
        },
      )
    ).map(({ name }) => name),
  )
  const present = new Map<string, ReadonlyMap<string, PresentThing>>()
  for (const stream of streams.filter(({ name }) => names.has(name))) {
    const table = tableOf(stream)
    if (!tables.has(table)) continue
    const things = await thingsIn(engine, stream, table)
    if (things !== null) present.set(stream.name, things)
  }
  return present
}

async function thingsIn(
  engine: Pick<Engine, 'query'>,
  { once, fields }: Stream,
  table: string,
): Promise<ReadonlyMap<string, PresentThing> | null> {
  if (once.how !== 'latest') {
    const rows = await engine.query(`SELECT 1 AS there FROM ${table} LIMIT 1`, { session: 'load' })
    return rows.length === 0 ? null : new Map()
  }
  const [key = ''] = once.key
  const place = (name: string) => (name in fields ? `toFloat64OrNull(toString(t.${name}))` : 'NULL')
  const rows = await engine.query<ThingRow>(
    `SELECT t.${key} AS key, t.source AS source, ifNull(t.withdrawn, false) AS withdrawn,
        ${place('latitude')} AS latitude, ${place('longitude')} AS longitude
     FROM ${table} AS t ORDER BY t.${once.version} DESC LIMIT 1 BY t.${key}`,
    { session: 'load' },
  )
  return new Map(
    rows.map(({ key: id, source, withdrawn, latitude, longitude }) => [
      id,
      { ours: source === SIMULATOR_SOURCE, withdrawn, latitude, longitude },
    ]),
  )
}
