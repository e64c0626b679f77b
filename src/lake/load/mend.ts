import type { Checkpoint } from './checkpoint.ts'
import type { RebuildScope } from './rebuild.ts'
import type { Damage } from './recover.ts'

/** What has to be run through again: the positions that fed the damaged days; the whole log when a table without days is damaged. */
export function mendScope(damage: Damage, checkpoint: Checkpoint, position: number): RebuildScope {
  const ledgers = [...damage.days].flatMap(day => checkpoint.days[day] ?? [])
  const whole = damage.tables.size > 0
  return {
    // With a table to mend, all readings must be told apart again, not only those of the damaged days.
    days: whole ? null : damage.days,
    replace: damage.days,
    neverFewer: true,
    tables: damage.tables,
    from: whole ? 0 : Math.min(...ledgers.map(day => day.first)),
    to: whole ? position : Math.max(...ledgers.map(day => day.last)) + 1,
    todaysRegister: false,
  }
}
