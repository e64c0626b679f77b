import type { Engine } from '../engine/index.ts'
import type { Checkpoint } from './checkpoint.ts'
import { dayOf } from './lake-state.ts'
import { rebuild } from './rebuild.ts'
import type { RebuildDeps, RebuildScope } from './rebuild.ts'
import type { Damage } from './recover.ts'

/**
 * Rebuilds from the log what a start found damaged. A day that an administrator has had rebuilt gets the register of that
 * rebuild again, not the one its readings came under.
 *
 * @param upto first position that no table holds yet: after a crash, days hold rows from beyond the checkpoint, which
 *   replacing them must not lose
 */
export async function mend(
  deps: RebuildDeps,
  damage: Damage,
  checkpoint: Checkpoint,
  upto: number,
): Promise<void> {
  const rebuiltAt = await rebuiltDays(deps.engine)
  const groups = Map.groupBy(damage.days, day => rebuiltAt.get(day) ?? 0)
  if (damage.tables.size > 0 && !groups.has(0)) groups.set(0, [])
  // Those with the register as it was come first: a table of the register may be among what they mend.
  for (const [registerAt, days] of [...groups].sort(([a], [b]) => a - b)) {
    const tables = registerAt === 0 ? damage.tables : new Set<never>()
    await rebuild(deps, { ...mendScope({ days: new Set(days), tables }, checkpoint, upto), registerAt })
  }
}

/** What has to be run through again: the positions that fed the damaged days; the whole log when a table without days is damaged. */
function mendScope(
  { days, tables }: Damage,
  checkpoint: Checkpoint,
  upto: number,
): Omit<RebuildScope, 'registerAt'> {
  const firsts = [...days].flatMap(day => checkpoint.days[day]?.first ?? [])
  const whole = tables.size > 0
  return {
    // With a table to mend, all readings must be told apart again, not only those of the damaged days.
    days: whole ? null : days,
    replace: days,
    expected: {
      below: checkpoint.position,
      rows: new Map(Object.entries(checkpoint.days).map(([day, { rows }]) => [Number(day), rows])),
    },
    tables,
    silverFloorMs: checkpoint.silverFloorMs,
    from: whole ? 0 : Math.min(...firsts),
    to: upto,
  }
}

/** Days (since 1970) that were rebuilt, with the first position whose register was not read for it. */
async function rebuiltDays(engine: Engine): Promise<Map<number, number>> {
  const rows = await engine.query<{ day: string; position: number }>(
    'SELECT toString(r.day) AS day, toFloat64(max(r.position) + 1) AS position FROM lake.rebuilt_days AS r GROUP BY r.day',
    { session: 'load' },
  )
  return new Map(rows.map(row => [dayOf(row.day), row.position]))
}
