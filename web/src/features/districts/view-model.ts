import type { DistrictAnalytics, HourlySummary } from '../../../../src/serve/contract/index.ts'
import { cityTrends, QUARTER_MS, type CityTrends } from '../../analysis/city-trends.ts'
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
  /** Of the last finished window: within an open one it only grows. */
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

interface DistrictTrends extends CityTrends {
  /** Of the last finished window; null when nothing was measured in it. */
  readonly idleVehH: number | null
}

type Trends = ReadonlyMap<string, DistrictTrends>

/** Trends of every district; heavy enough to be kept until the history is another. */
export function districtTrends(ids: readonly string[], history: DistrictHistory): Trends {
  const { recent, endMs } = history
  const finished = recent.filter(row => Date.parse(row.window_start) === endMs - QUARTER_MS)
  return new Map(
    ids.map(id => [
      id,
      {
        ...cityTrends({ ...history, district: id }),
        idleVehH: finished.find(row => row.district === id)?.idle_veh_h ?? null,
      },
    ]),
  )
}

/** One card a district: its newest window against the usual of that time of day. */
export function districtCards(
  now: readonly DistrictAnalytics[],
  trends: Trends,
  units: Units,
): DistrictCard[] {
  return now.map(row => {
    const known = trends.get(row.district) ?? null
    const trend = known?.speed ?? null
    const baseline = trend?.baseline ?? null
    const change = changeOf(row.mean_speed_kmh, baseline?.at(-1) ?? null)
    return {
      id: row.district,
      title: words(row.district),
      speed: speed(row.mean_speed_kmh, units),
      change:
        change === null
          ? null
          : { change, measure: 'speed', against: trend?.usual === null ? 'yesterday' : 'usual' },
      freeFlow: row.speed_index === null ? null : `${percent(row.speed_index)} of free flow`,
      shareEf: percent(row.share_sites_ef),
      idle: vehicleHours(known?.idleVehH ?? null),
      spark: trend?.now.values ?? [],
      sparkBaseline: baseline,
    }
  })
}
