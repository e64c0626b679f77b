import { distanceM } from '../../../../core/geo/metres.ts'
import {
  coverageAt,
  coverageOf,
  localDayOf,
  zoneOffsets,
  type Coverage,
} from '../../../../core/time/index.ts'
import { DAY_MS } from '../../../../core/time/spans.ts'
import { cellArea, cellMiddles, type Place } from '../../../../insight/hotspots/index.ts'
import {
  beforeAfter,
  ratesDuring,
  referenceGroup,
  REPORTS_ARE_NOT_CRASHES,
  type ReferenceGroup,
} from '../../../../insight/safety/index.ts'
import { hourWeekdayGrid } from '../../../../insight/series/index.ts'
import type { ActivePlaceRow, Moments } from '../../../../lake/read/incident-record/index.ts'
import type { IncidentBeforeAfter, IncidentWorks } from '../../../../serve/contract/index.ts'
import type { ChangedPlace, NearWorks } from '../../../../serve/incident-record/analysis.ts'
import { dayOf, dayText, estimateOf, rounded, timesOf } from '../moments.ts'
import { placesOf } from '../places.ts'

export interface BeforeAfterGiven {
  readonly record: Moments
  /** Of the kind that is asked for, of any day. */
  readonly now: Moments
  readonly signals: readonly Place[]
  readonly asked: ChangedPlace
}

type BeforeAfterFound = NonNullable<IncidentBeforeAfter['result']>

/** Cells of 0.1 km², about as wide as a junction with its approaches. */
const CELL_RESOLUTION = 9

/** What a change did to a place, against what was to be expected there without it. */
export function beforeAfterJob({ record, now, signals, asked }: BeforeAfterGiven): BeforeAfterFound {
  const changedDay = dayOf(asked.changed)
  const coverage = coverageOf(timesOf(record))
  const periods = {
    before: periodOf(coverage, changedDay - asked.days),
    after: periodOf(coverage, changedDay),
  }
  function periodOf(of: Coverage, fromDay: number) {
    let covered = 0
    for (let day = fromDay; day < fromDay + asked.days; day++) if (coverageAt(of, day) !== 'silent') covered++
    return { from: dayText(fromDay), to: dayText(fromDay + asked.days - 1), covered_days: covered }
  }
  const counted = countsAround(now, changedDay, asked)
  const place = counted(asked)
  const kind = signals.some(signal => isWithin(signal, asked, asked.radiusM)) ? 'signals' : 'cells'
  const alike =
    kind === 'signals' ? signals : cellMiddles(cellArea([...placesOf(record), ...signals], CELL_RESOLUTION))
  const others = alike.filter(other => !isWithin(other, asked, 2 * asked.radiusM)).map(counted)
  const common = {
    ...periods,
    incidents_before: place.before,
    incidents_after: place.after,
    like: kind,
    says: REPORTS_ARE_NOT_CRASHES,
  } as const
  if (Object.values(periods).some(({ covered_days: covered }) => covered < asked.days / 2))
    return { ...common, places: others.length, why_not: 'not_recorded', effect: null }
  const group = groupOf(others)
  if (group === null) return { ...common, places: others.length, why_not: 'too_few', effect: null }
  const found = beforeAfter({ ...place, vehiclesPerDay: null }, group)
  return {
    ...{ ...common, places: others.length, why_not: null },
    effect: {
      expected_without: rounded(found.expectedWithout, 2),
      ratio: estimateOf(found.effect),
      naive: Number.isFinite(found.naive) ? rounded(found.naive, 3) : null,
      own_weight: rounded(found.ownWeight, 2),
      usual_before: rounded(group.expectedBefore(null), 2),
      trend: rounded(group.trend, 3),
    },
  }
}

/** Null where places tell nothing of what is usual. */
function groupOf(places: readonly { before: number; after: number }[]): ReferenceGroup | null {
  try {
    return referenceGroup(places.map(place => ({ ...place, vehiclesPerDay: null })))
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** Counts around places in the days before a change and in as many from it on. */
function countsAround(now: Moments, changedDay: number, { days, radiusM }: ChangedPlace) {
  const within = timesOf(now).flatMap((time, i) => {
    const day = localDayOf(time)
    if (day < changedDay - days || day >= changedDay + days) return []
    return [
      { latitude: now.latitudes[i] ?? 0, longitude: now.longitudes[i] ?? 0, isAfter: day >= changedDay },
    ]
  })
  return (place: Place) => {
    const near = within.filter(incident => isWithin(incident, place, radiusM))
    const after = near.filter(({ isAfter }) => isAfter).length
    return { before: near.length - after, after }
  }
}

function isWithin(a: Place, b: Place, metres: number): boolean {
  // Most are farther off by their latitude alone: a degree is 111 km.
  if (Math.abs(a.latitude - b.latitude) * 111_000 > metres) return false
  return distanceM(a.latitude, a.longitude, b.latitude, b.longitude) <= metres
}

export interface WorksGiven {
  readonly record: Moments
  /** Of the kind that is asked for, of any day. */
  readonly now: Moments
  readonly places: readonly ActivePlaceRow[]
  readonly asked: NearWorks
  readonly cityZone: string
}

/** Whether more is reported around works and events while they last than in the same hours of other weeks. */
export function worksJob({
  record,
  now,
  places,
  asked,
  cityZone,
}: WorksGiven): NonNullable<IncidentWorks['result']> {
  const coverage = coverageOf(timesOf(record))
  const { counts } = hourWeekdayGrid(timesOf(record), coverage)
  const recordEndMs = (coverage.firstDay + coverage.days.length) * DAY_MS
  const seen = places.filter(
    ({ startMs, endMs }) => startMs < recordEndMs && endMs > coverage.firstDay * DAY_MS,
  )
  const incidents = placesOf(now).map((place, i) => ({ ...place, startedAtMs: now.startedAtMs[i] ?? 0 }))
  const {
    places: rates,
    together,
    says,
  } = ratesDuring(seen, incidents, coverage, counts, zoneOffsets(cityZone), {
    withinM: asked.withinM,
    weeks: asked.weeks,
  })
  return {
    ...{ within_m: asked.withinM, weeks: asked.weeks, out_of_record: places.length - seen.length, says },
    together: together === null ? null : estimateOf(together),
    places: rates.flatMap((rate, i) => {
      const place = seen[i]
      if (place === undefined) return []
      const { kind, id, name, latitude, longitude, startMs, endMs } = place
      return [
        {
          ...{ kind, id, name, latitude, longitude },
          ...{ starts_at: new Date(startMs).toISOString(), ends_at: new Date(endMs).toISOString() },
          ...{ incidents_during: rate.incidentsDuring, hours_during: rate.hoursDuring },
          ...{ incidents_matched: rate.incidentsMatched, hours_matched: rate.hoursMatched },
          ratio: Number.isFinite(rate.ratio.value) ? estimateOf(rate.ratio) : null,
        },
      ]
    }),
  }
}
