import { localDayOf, localHourOf } from '../../core/time/index.ts'
import type { Coverage, TimedIncident } from '../../core/time/index.ts'
import { DAY_MS } from '../../core/time/spans.ts'

export interface CommunityIncident extends TimedIncident {
  /** Null where it lies in none. */
  readonly community: string | null
}

/** Incidents by community, local day and hour, with the days that are known in full. */
export interface RiskRecord {
  /** Ascending by name. */
  readonly communities: readonly string[]
  /** Days since 1970-01-01 that the record covers in full, ascending. */
  readonly days: readonly number[]
  /** One an incident of those days, by day: places in `communities` and `days`, and the local hour. */
  readonly community: Int32Array
  readonly day: Int32Array
  readonly hour: Int32Array
}

/**
 * What the risk model learns from. Incidents of days that are silent or known in part are left out, as are those in no community.
 *
 * @param communities all of the city; one without incidents has a risk too
 * @param coverage of the whole record
 */
export function riskRecord(
  incidents: readonly CommunityIncident[],
  communities: readonly string[],
  coverage: Coverage,
): RiskRecord {
  const names = [...new Set(communities)].sort()
  const numberOf = new Map(names.map((name, i) => [name, i]))
  const days = coverage.days.flatMap((known, i) => (known === 'full' ? [coverage.firstDay + i] : []))
  const placeOf = new Map(days.map((day, i) => [day, i]))
  const rows = incidents
    .flatMap(incident => {
      const community = numberOf.get(incident.community ?? '')
      const day = placeOf.get(localDayOf(incident))
      return community === undefined || day === undefined
        ? []
        : [{ community, day, hour: localHourOf(incident) }]
    })
    .sort((a, b) => a.day - b.day || a.hour - b.hour || a.community - b.community)
  return {
    communities: names,
    days,
    community: Int32Array.from(rows, row => row.community),
    day: Int32Array.from(rows, row => row.day),
    hour: Int32Array.from(rows, row => row.hour),
  }
}

/** The part of a record with `fromDay` ≤ day < `toDay`. */
export function partOf(record: RiskRecord, fromDay: number, toDay: number): RiskRecord {
  const first = record.days.findIndex(day => day >= fromDay)
  const days = record.days.filter(day => day >= fromDay && day < toDay)
  const inside = (_: number, i: number) => record.day[i]! >= first && record.day[i]! < first + days.length
  return {
    communities: record.communities,
    days,
    community: record.community.filter(inside),
    day: record.day.filter(inside).map(day => day - first),
    hour: record.hour.filter(inside),
  }
}

/** 0 = January … 11 = December. */
export function monthOf(day: number): number {
  return new Date(day * DAY_MS).getUTCMonth()
}
