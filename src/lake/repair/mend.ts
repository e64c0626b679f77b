import type { Frame } from '../../core/log.ts'
import type { Engine } from '../engine/index.ts'
import { streamFloorsOf } from '../once/checkpoint.ts'
import type { Checkpoint } from '../once/checkpoint.ts'
import { dayOf } from '../once/lake-queries.ts'
import { rebuild } from './rebuild.ts'
import type { RebuildDeps, RebuildScope } from './rebuild.ts'
import type { Damage } from './recover.ts'

/**
 * Makes anew, from the log, the days and tables that lost rows; what they still held is not lost by it.
 *
 * Places of sensors may have changed since the readings came. A day is made with the places as they were then, except
 * where an administrator has had it rebuilt (`lake rebuild`): then with those of that rebuild, as it was before the damage.
 *
 * @param checkpoint what the tables should hold
 * @param upto end of what is made anew, exclusive: the first position that no table holds. That may be beyond the
 *   checkpoint, because a crash leaves rows there; they are made again with the rest
 */
export async function mend(
  deps: RebuildDeps,
  damage: Damage,
  checkpoint: Checkpoint,
  upto: number,
  onFrame?: (frame: Frame) => void,
): Promise<void> {
  const rebuiltAt = await rebuiltDays(deps.engine)
  const groups = Map.groupBy(damage.days, day => rebuiltAt.get(day) ?? 0)
  if (damage.tables.size > 0 && !groups.has(0)) groups.set(0, [])
  // Days with the places of their own time come first: the table of places may be mended with them, and later ones need it.
  for (const [registerAt, days] of [...groups].sort(([a], [b]) => a - b)) {
    const tables = registerAt === 0 ? damage.tables : new Set<never>()
    const watched = registerAt === 0 && onFrame !== undefined ? { ...deps, onFrame } : deps
    await rebuild(watched, { ...mendScope({ days: new Set(days), tables }, checkpoint, upto), registerAt })
  }
}

/**
 * Says which part of the log has to be read again: from the first reading of a damaged day on. A table beside silver holds
 * lines of all days, so that for one of those the whole log is read.
 */
function mendScope(
  { days, tables }: Damage,
  checkpoint: Checkpoint,
  upto: number,
): Omit<RebuildScope, 'registerAt'> {
  const firsts = [...days].flatMap(day => checkpoint.days[day]?.first ?? [])
  const whole = tables.size > 0
  return {
    // Which line was a repeat or in conflict, and so a row of such a table, shows only when the readings of all days are compared.
    days: whole ? null : days,
    replace: days,
    expected: {
      below: checkpoint.position,
      rows: new Map(Object.entries(checkpoint.days).map(([day, { rows }]) => [Number(day), rows])),
    },
    tables,
    onlyStreams: null,
    silverFloorMs: checkpoint.silverFloorMs,
    streamFloorsMs: streamFloorsOf(checkpoint),
    from: whole ? 0 : Math.min(...firsts),
    to: upto,
  }
}

/** Days (since 1970) that an administrator has had rebuilt, each with the position before which changes of the places counted. */
async function rebuiltDays(engine: Engine): Promise<Map<number, number>> {
  const rows = await engine.query<{ day: string; position: number }>(
    'SELECT toString(r.day) AS day, toFloat64(max(r.position) + 1) AS position FROM lake.rebuilt_days AS r GROUP BY r.day',
    { session: 'load' },
  )
  return new Map(rows.map(row => [dayOf(row.day), row.position]))
}
