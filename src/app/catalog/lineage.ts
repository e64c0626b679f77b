import type { Stream } from '../../core/stream/index.ts'
import type { ReadEngine } from '../../lake/read/index.ts'
import { describedTables } from '../../lake/streams/described.ts'
import { tableOf } from '../../lake/streams/tables.ts'
import type { DatasetVersion, Lineage } from '../../serve/contract/intake/catalog.ts'
import type { DatasetAbout } from './dataset-entry.ts'

type Loaded = Lineage['loaded'][number]

/** What became of so many versions is asked of the lake. */
const VERSIONS_ASKED = 10

/** The way of a dataset's rows: source, landing, log, tables, with how many are in each. */
export async function lineageOf(
  about: DatasetAbout,
  stream: Stream,
  versions: readonly DatasetVersion[],
  lake: ReadEngine,
): Promise<Lineage> {
  const source = `job:${about.name}`
  const tables = describedTables(stream)
  // First, so that what it says is loaded is among the rows that are counted.
  const loaded = await loadedOf(source, tableOf(stream), versions, lake)
  const counts = await countAll(
    tables.map(({ table }) => table),
    lake,
  )
  return {
    source: about.says,
    landed: { versions: versions.length, newest: versions.at(-1)?.contents[0] ?? null },
    log: { source, stream: stream.name, sent: versions.reduce((sum, { sent }) => sum + sent, 0) },
    loaded,
    tables: tables.map(({ table, says }) => ({ table, says, rows: counts.get(table) ?? null })),
  }
}

async function countAll(tables: readonly string[], lake: ReadEngine): Promise<ReadonlyMap<string, number>> {
  // The names are those of our own SQL files.
  const sql = tables.map(table => `SELECT '${table}' AS name, toFloat64(count()) AS n FROM ${table}`)
  const rows = await lake.query<{ name: string; n: number }>(sql.join('\nUNION ALL\n'), { session: 'read' })
  return new Map(rows.map(({ name, n }) => [name, n]))
}

async function loadedOf(
  source: string,
  table: string,
  versions: readonly DatasetVersion[],
  lake: ReadEngine,
): Promise<Loaded[]> {
  const asked = versions
    .filter(({ positions }) => positions !== null)
    .slice(-VERSIONS_ASKED)
    .reverse()
  if (asked.length === 0) return []
  const rows = await inRanges(table, source, asked, lake)
  const refused = await inRanges('quarantine.lines', source, asked, lake)
  return asked.map(({ id, sent }, i) => {
    const [loaded, quarantined] = [rows[i] ?? 0, refused[i] ?? 0]
    return { version: id, rows: loaded, quarantined, repeats: Math.max(0, sent - loaded - quarantined) }
  })
}

/** Rows of the source between the positions of each version. */
async function inRanges(
  table: string,
  source: string,
  versions: readonly DatasetVersion[],
  lake: ReadEngine,
): Promise<number[]> {
  const within = versions.map((_, i) => `position >= {f${i}:UInt64} AND position < {e${i}:UInt64}`)
  const params = Object.fromEntries(
    versions.flatMap(({ positions }, i) => [
      [`f${i}`, positions?.first ?? 0],
      [`e${i}`, positions?.end ?? 0],
    ]),
  )
  const [row] = await lake.query<{ counts: number[] }>(
    `SELECT [${within.map(one => `toFloat64(countIf(${one}))`).join(', ')}] AS counts
     FROM ${table} WHERE source = {source:String} AND (${within.map(one => `(${one})`).join(' OR ')})`,
    { params: { ...params, source }, session: 'read' },
  )
  return row?.counts ?? []
}
