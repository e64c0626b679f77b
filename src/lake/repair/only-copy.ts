import type { LogReader } from '../../core/log.ts'
import type { Engine } from '../engine/index.ts'
import { ONE_BLOCK } from '../gold/index.ts'
import { dayText } from '../once/lake-queries.ts'

/** Sightings and drift have several rows of one position. */
const MANY_OF_ONE_POSITION: readonly string[] = ['drift', 'sightings']

interface Condition {
  readonly sql: string
  readonly params: Readonly<Record<string, unknown>>
}

/**
 * Which rows of a table `t` are the only copy of what was received: those from below the log's floor, and those of
 * lines that the log lost. No rebuild may leave them out.
 */
export function isOnlyCopy({ floor, losses }: Pick<LogReader, 'floor' | 'losses'>): Condition {
  const { holes } = losses
  return {
    sql: `(t.position < {only_below:UInt64} OR arrayExists((first, end) -> t.position >= first AND t.position < end, {only_from:Array(UInt64)}, {only_to:Array(UInt64)}))`,
    params: {
      only_below: floor,
      only_from: holes.map(({ from }) => from),
      only_to: holes.map(({ to }) => to),
    },
  }
}

/** Puts what only silver has into the copy that is made anew, before the log's lines come: what came first counts. */
export async function keepReadings(
  engine: Engine,
  log: LogReader,
  copy: string,
  days: ReadonlySet<number> | null,
): Promise<void> {
  if (log.floor === 0 && log.losses.holes.length === 0) return
  const { sql, params } = isOnlyCopy(log)
  const ofDays = days === null ? '' : 'AND toDate(t.measured_at) IN {days:Array(Date)}'
  await engine.exec(
    `INSERT INTO ${copy} SELECT * FROM silver.readings AS t WHERE ${sql} ${ofDays} ORDER BY t.position LIMIT 1 BY t.position`,
    {
      session: 'load',
      settings: ONE_BLOCK,
      params: days === null ? params : { ...params, days: [...days].map(dayText) },
    },
  )
}

/** Puts what only a side table has into its copy. @param tables by their names */
export async function keepSideRows(
  engine: Engine,
  log: LogReader,
  tables: ReadonlyMap<string, string>,
): Promise<void> {
  if (log.floor === 0 && log.losses.holes.length === 0) return
  const { sql, params } = isOnlyCopy(log)
  for (const [name, table] of tables) {
    const once = MANY_OF_ONE_POSITION.includes(name) ? '' : 'ORDER BY t.position LIMIT 1 BY t.position'
    await engine.exec(`INSERT INTO ${table}_rebuild SELECT * FROM ${table} AS t WHERE ${sql} ${once}`, {
      session: 'load',
      settings: ONE_BLOCK,
      params,
    })
  }
}
