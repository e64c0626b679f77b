import { DAY_MS } from '../../core/time/spans.ts'
import { fitBaseline, type HourlyRisk } from './baseline.ts'
import { fitCityDays, type FactsOf } from './city-days.ts'
import { forecastRisk } from './forecast.ts'
import { partOf, type RiskRecord } from './record.ts'
import { scoreOf, type Score } from './score.ts'

export interface HeldOut {
  /** The days that were judged. */
  readonly held: RiskRecord
  /** A forecast at each midnight, by what is learned anew each month. */
  readonly model: HourlyRisk
  readonly scores: Readonly<Record<'baseline' | 'model', Score>>
}

/**
 * Judges the forecast on days that are held out: nothing of a day is known to its forecast, nothing of all of them to the baseline.
 *
 * @param fromDay first day that is judged, and the first that no longer is; days since 1970-01-01
 */
export function heldOut(record: RiskRecord, factsOf: FactsOf, fromDay: number, toDay: number): HeldOut {
  const held = partOf(record, fromDay, toDay)
  const baseline = fitBaseline(partOf(record, -Infinity, fromDay))
  const model = rolling(record, factsOf, held.days)
  return { held, model, scores: { baseline: scoreOf(held, baseline), model: scoreOf(held, model) } }
}

function rolling(record: RiskRecord, factsOf: FactsOf, days: readonly number[]): HourlyRisk {
  const learned = madeByMonth(days, first => fitCityDays(partOf(record, -Infinity, first), factsOf))
  const risks = new Map(days.map(day => [day, forecastRisk(learned(day), record, factsOf, day).risk]))
  return (community, day, hour) => risks.get(day)!(community, day, hour)
}

/** Made once for each month of the days, from its first day on. */
export function madeByMonth<T>(days: readonly number[], make: (first: number) => T): (day: number) => T {
  const made = new Map<string, T>()
  const month = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 7)
  for (const day of days) if (!made.has(month(day))) made.set(month(day), make(day))
  return day => made.get(month(day))!
}
