import type { DistrictAnalytics, HourlySummary } from '../../../../src/serve/contract/index.ts'
import { cityTrends } from '../../analysis/city-trends.ts'
import { changeOf } from '../../analysis/finding.ts'
import type { Change } from '../../ui/change-words.ts'
import { percent, speed, vehicleHours, words, type Quantity, type Units } from '../../ui/format.ts'

export interface DistrictCard {
  readonly id: string
  readonly title: string
  readonly speed: Quantity
  readonly change: Change | null
  /** Where nothing earlier is there to compare with: "84 % of free flow". */
  readonly freeFlow: string | null
  readonly shareEf: string
  readonly idle: Quantity
  readonly spark: readonly (number | null)[]
  readonly sparkBaseline: readonly (number | null)[] | null
}

export interface DistrictHistory {
  readonly recent: readonly DistrictAnalytics[]
  readonly hours: readonly HourlySummary[]
  readonly endMs: number
  readonly timeZone: string
}

type Trends = ReadonlyMap<string, ReturnType<typeof cityTrends>>

/** Trends of every district; heavy enough to be kept until the history is another. */
export function districtTrends(ids: readonly string[], history: DistrictHistory): Trends {
  return new Map(ids.map(id => [id, cityTrends({ ...history, district: id })]))
}

/** One card a district: its newest window against the usual of that time of day. */
export function districtCards(
  now: readonly DistrictAnalytics[],
  trends: Trends,
  units: Units,
): DistrictCard[] {
  return now.map(row => {
    const trend = trends.get(row.district)?.speed ?? null
    const baseline = trend?.baseline ?? null
    const change = changeOf(row.mean_speed_kmh, baseline?.at(-1) ?? null)
    return {
      id: row.district,
      title: words(row.district),
      speed: speed(row.space_mean_speed_kmh ?? row.mean_speed_kmh, units),
      change:
        change === null
          ? null
          : { change, measure: 'speed', against: trend?.usual === null ? 'yesterday' : 'usual' },
      freeFlow: row.speed_index === null ? null : `${percent(row.speed_index)} of free flow`,
      shareEf: percent(row.share_sites_ef),
      idle: vehicleHours(row.idle_veh_h),
      spark: trend?.now.values ?? [],
      sparkBaseline: baseline,
    }
  })
}
