import type { DistrictAnalytics } from '../../../../src/serve/contract/index.ts'
import { cityTrends, QUARTER_MS, type CityHistory, type CityTrends } from '../../analysis/city-trends.ts'
import { changeOf } from '../../analysis/finding.ts'
import type { Change } from '../../ui/change/change-words.ts'
import { percent, speed, vehicleHours, words, type Quantity, type Units } from '../../ui/format.ts'

/** One district in the last finished quarter-hour; what it does not measure is null. */
export interface DistrictCard {
  readonly id: string
  readonly title: string
  /** Start and end of the quarter-hour that the figures are of. */
  readonly fromMs: number
  readonly toMs: number
  /** It did not report in the city's last quarter-hour: its figures are of an earlier one and are not shown. */
  readonly silent: boolean
  readonly speed: Quantity | null
  readonly change: Change | null
  /** Where nothing earlier is there to compare with: "84 % of free flow". */
  readonly freeFlow: string | null
  readonly shareEf: string | null
  readonly idle: Quantity | null
  readonly spark: readonly (number | null)[]
  readonly sparkBaseline: readonly (number | null)[] | null
}

type Trends = ReadonlyMap<string, CityTrends>

/** Trends of every district, none without a history; heavy enough to be kept until the history is another. */
export function districtTrends(ids: readonly string[], history: CityHistory | null): Trends {
  return new Map(history === null ? [] : ids.map(id => [id, cityTrends(history, id)]))
}

/** One card a district: its last finished window against what is usual at that time of day. */
export function districtCards(
  rows: readonly DistrictAnalytics[],
  trends: Trends,
  units: Units,
): DistrictCard[] {
  const newestMs = Math.max(...rows.map(row => Date.parse(row.window_start)))
  return rows.map(row => {
    const fromMs = Date.parse(row.window_start)
    const trend = trends.get(row.district)?.speed ?? null
    const frame = {
      id: row.district,
      title: words(row.district),
      fromMs,
      toMs: fromMs + QUARTER_MS,
      spark: trend?.now.values ?? [],
      sparkBaseline: trend?.baseline ?? null,
    }
    if (fromMs < newestMs)
      return { ...frame, silent: true, speed: null, change: null, freeFlow: null, shareEf: null, idle: null }
    const change = changeOf(row.mean_speed_kmh, trend?.baselineAt(fromMs + QUARTER_MS / 2) ?? null)
    const against = trend?.against ?? null
    return {
      ...frame,
      silent: false,
      speed: row.mean_speed_kmh === null ? null : speed(row.mean_speed_kmh, units),
      change: change === null || against === null ? null : { change, measure: 'speed', against },
      freeFlow: row.speed_index === null ? null : `${percent(row.speed_index)} of free flow`,
      shareEf: row.share_sites_ef === null ? null : percent(row.share_sites_ef),
      idle: row.idle_veh_h === null ? null : vehicleHours(row.idle_veh_h),
    }
  })
}
