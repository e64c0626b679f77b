import { coverageOf } from '../../../core/time/index.ts'
import { heldOut, riskOutlook, riskRecord, type FactsOf } from '../../../insight/risk/index.ts'
import type { Moments } from '../../../lake/read/incident-record/index.ts'
import type { IncidentRisk, IncidentRiskQuality } from '../../../serve/contract/index.ts'
import { dayText, rounded, timesOf } from './moments.ts'

/** What a forecast of the risk is made of. */
export interface RiskGiven {
  readonly record: Moments
  /** All of the city; those of the record where none are known. */
  readonly communities: readonly string[]
  /** Public holidays, days since 1970-01-01. */
  readonly holidays: readonly number[]
}

export interface RiskNow {
  /** The city's day and hour. */
  readonly day: number
  readonly hour: number
}

/** A record that ended earlier says nothing of now. */
const STALE_DAYS = 3
const YEAR_DAYS = 365
/** So many days are learned from before a year is judged. */
const LEARNED_DAYS = 180

/** The 24 hours from now on; where the record ended days ago, those after its last full day. */
export function riskJob(given: RiskGiven & { readonly now: RiskNow }): NonNullable<IncidentRisk['result']> {
  const record = recordOf(given)
  const last = record.days.at(-1) ?? null
  const isOfNow = last !== null && given.now.day - last <= STALE_DAYS
  const at = isOfNow ? given.now : { day: (last ?? 0) + 1, hour: 0 }
  const outlook = riskOutlook(record, factsOf(given), at.day, at.hour)
  return {
    is_too_short: outlook === null,
    is_of_now: isOfNow,
    record_ends: last === null ? null : dayText(last),
    knows_weather: false,
    hours: (outlook?.hours ?? []).map(({ day, hour }) => ({ day: dayText(day), hour })),
    by_hour: (outlook?.byHour ?? []).map(value => rounded(value, 3)),
    communities: (outlook?.communities ?? []).map(({ community, expected, byHour, peak, reasons }) => ({
      ...{ community, expected: rounded(expected, 4), peak },
      by_hour: byHour.map(value => rounded(value, 4)),
      reasons: reasons.map(({ factor, times, says }) => ({ factor, times: rounded(times, 2), says })),
    })),
  }
}

/** The last year, held out; null where too little comes before it. */
export function riskQualityJob(given: RiskGiven): NonNullable<IncidentRiskQuality['result']> {
  const record = recordOf(given)
  const last = record.days.at(-1)
  if (last === undefined) return { judged: null }
  const from = last - YEAR_DAYS + 1
  if (record.days.filter(day => day < from).length < LEARNED_DAYS) return { judged: null }
  const { held, scores } = heldOut(record, factsOf(given), from, last + 1)
  return {
    judged: {
      ...{ from: dayText(from), to: dayText(last), days: held.days.length, seen: scores.model.seen },
      expected: rounded(scores.model.expected, 1),
      deviance: rounded(scores.model.deviance, 1),
      baseline_deviance: rounded(scores.baseline.deviance, 1),
    },
  }
}

function recordOf({ record, communities }: RiskGiven) {
  const names =
    communities.length > 0 ? communities : [...new Set(record.communities.filter(name => name !== null))]
  const incidents = timesOf(record).map((time, i) => ({ ...time, community: record.communities[i] ?? null }))
  return riskRecord(incidents, names, coverageOf(incidents))
}

function factsOf({ holidays }: RiskGiven): FactsOf {
  const known = new Set(holidays)
  return day => ({ isHoliday: known.has(day), weather: null })
}
