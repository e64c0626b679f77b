import { rateRatio } from '../../core/statistics/index.ts'
import type { Estimate } from '../../core/statistics/index.ts'
import type { HotCell } from './hot-cells.ts'

/** What became of a hot place: `emerging` is hot now only, `persistent` was so before, `fading` was hot and no longer is. */
export type HotspotCourse = 'emerging' | 'persistent' | 'fading'

export interface ComparedCell {
  readonly cell: string
  readonly course: HotspotCourse
  readonly incidentsBefore: number
  readonly incidentsNow: number
  /** Rate now over before, each over the days that were recorded, with its 95 % interval. */
  readonly ratio: Estimate
  /** The same over the ratio of the whole area: how the cell changed beside the city. */
  readonly ratioToArea: Estimate
}

/**
 * Compares the hot cells of two periods. A cell is listed when it is hot in either; the ratio says whether it changed by more than chance,
 * since a cell may cross the border of being called hot by a single incident.
 *
 * @param before cells of the earlier period, of the same area as those of the later
 * @param fullDaysBefore days of the earlier period that the record covers in full
 * @throws {RangeError} when the two are not of one area
 */
export function comparePeriods(
  before: readonly HotCell[],
  fullDaysBefore: number,
  now: readonly HotCell[],
  fullDaysNow: number,
): ComparedCell[] {
  if (before.length !== now.length || before.some(({ cell }, i) => now[i]?.cell !== cell))
    throw new RangeError('the two periods are not of one area: take the cells of both together')
  const all = (cells: readonly HotCell[]) => cells.reduce((sum, { incidents }) => sum + incidents, 0)
  const area = (all(now) / fullDaysNow) * (fullDaysBefore / all(before))
  return before.flatMap((then, i) => {
    const later = now[i]!
    if (then.kind !== 'hot' && later.kind !== 'hot') return []
    const ratio = rateRatio(later.incidents, fullDaysNow, then.incidents, fullDaysBefore)
    return [
      {
        cell: then.cell,
        course: courseOf(then, later),
        incidentsBefore: then.incidents,
        incidentsNow: later.incidents,
        ratio,
        ratioToArea: { value: ratio.value / area, low: ratio.low / area, high: ratio.high / area },
      },
    ]
  })
}

function courseOf(before: HotCell, now: HotCell): HotspotCourse {
  if (now.kind !== 'hot') return 'fading'
  return before.kind === 'hot' ? 'persistent' : 'emerging'
}
