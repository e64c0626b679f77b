import Holidays from 'date-holidays'
import { DAY_MS } from '../../src/core/time/spans.ts'
import { coverageOf } from '../../src/core/time/index.ts'
import {
  fitBaseline,
  heldOut,
  madeByMonth,
  partOf,
  riskRecord,
  scoreOf,
} from '../../src/insight/risk/index.ts'
import type { FactsOf, HourlyRisk, RiskRecord, Score } from '../../src/insight/risk/index.ts'
import { calgaryCommunities, calgaryIncidents, calgaryWeather } from '../insight/calgary.ts'

export interface Year {
  readonly name: string
  readonly held: RiskRecord
  readonly risk: HourlyRisk
  readonly scores: Readonly<Record<'baseline' | 'baselineAnew' | 'model' | 'totalsKnown', Score>>
}

/** Calgary's record, and what was known of each of its days before it began. */
export async function calgaryRisk(): Promise<{ record: RiskRecord; factsOf: FactsOf }> {
  const incidents = await calgaryIncidents()
  const record = riskRecord(incidents, calgaryCommunities(), coverageOf(incidents))
  return { record, factsOf: factsOfCalgary() }
}

/** The days from…to (days since 1970-01-01), held out: nothing of a day is known to its forecast, nothing of the year to the baseline. */
export function judgedYear(
  name: string,
  record: RiskRecord,
  factsOf: FactsOf,
  from: number,
  to: number,
): Year {
  const { held, model, scores } = heldOut(record, factsOf, from, to)
  const anew = madeByMonth(held.days, first => fitBaseline(partOf(record, -Infinity, first)))
  const totals = new Map<number, number>()
  for (const place of held.day) totals.set(held.days[place]!, (totals.get(held.days[place]!) ?? 0) + 1)
  const expected = new Map(held.days.map(day => [day, ofDay(model, held.communities.length, day)]))
  const totalsKnown: HourlyRisk = (c, day, h) =>
    (model(c, day, h) * (totals.get(day) ?? 0)) / expected.get(day)!
  return {
    name,
    held,
    risk: model,
    scores: {
      ...scores,
      baselineAnew: scoreOf(held, (c, day, h) => anew(day)(c, day, h)),
      totalsKnown: scoreOf(held, totalsKnown),
    },
  }
}

function ofDay(risk: HourlyRisk, communities: number, day: number): number {
  let sum = 0
  for (let community = 0; community < communities; community++)
    for (let hour = 0; hour < 24; hour++) sum += risk(community, day, hour)
  return sum
}

function factsOfCalgary(): FactsOf {
  const weather = new Map(calgaryWeather().map(day => [day.day, day]))
  const calendar = new Holidays('CA', 'AB')
  const holidays = new Set(
    [2016, 2017, 2018, 2019].flatMap(year =>
      calendar
        .getHolidays(year)
        .filter(({ type }) => type === 'public')
        .map(({ date }) => date.slice(0, 10)),
    ),
  )
  return day => {
    const yesterday = weather.get(day - 1)
    return {
      isHoliday: holidays.has(new Date(day * DAY_MS).toISOString().slice(0, 10)),
      weather:
        yesterday === undefined
          ? null
          : {
              snowCm: yesterday.snowCm ?? 0,
              snowBeforeCm: weather.get(day - 2)?.snowCm ?? 0,
              snowOnGroundCm: yesterday.snowOnGroundCm ?? 0,
              rainMm: yesterday.rainMm ?? 0,
              meanC: yesterday.meanC ?? 0,
            },
    }
  }
}
