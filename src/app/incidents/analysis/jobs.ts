import { coverageOf } from '../../../core/time/index.ts'
import { dailyLine } from '../../../insight/series/index.ts'
import type { Moments } from '../../../lake/read/incident-record/index.ts'
import type { IncidentTrend, IncidentWeatherRates } from '../../../serve/contract/index.ts'
import { beforeAfterJob, worksJob, type BeforeAfterGiven, type WorksGiven } from './compare/place-jobs.ts'
import { weatherJob, type WeatherGiven } from './compare/weather-job.ts'
import { holidaysOf, type HolidayPlace } from './holidays.ts'
import { cellsJob, type CellsGiven, type ComparedGiven } from './hotspots/cells-job.ts'
import { clustersJob } from './hotspots/clusters-job.ts'
import { ratesJob, type RatesGiven } from './hotspots/rates-job.ts'
import { dayText, estimateOf, rounded, timesOf } from './moments.ts'
import { daysOf, type ChosenDays } from './periods.ts'
import { riskJob, riskQualityJob, type RiskGiven, type RiskNow } from './risk-jobs.ts'

/** Analyses that are worked on in a thread of their own: each a function of what it is given alone. */
export interface Jobs {
  hotspots: (given: CellsGiven) => ReturnType<typeof cellsJob>
  clusters: (given: ComparedGiven) => ReturnType<typeof clustersJob>
  rates: (given: RatesGiven) => ReturnType<typeof ratesJob>
  trend: (given: {
    readonly record: Moments
    readonly chosen: ChosenDays
    readonly now: Moments
  }) => NonNullable<IncidentTrend['result']>
  beforeAfter: (given: BeforeAfterGiven) => ReturnType<typeof beforeAfterJob>
  works: (given: WorksGiven) => ReturnType<typeof worksJob>
  weatherRates: (given: WeatherGiven) => NonNullable<IncidentWeatherRates['result']>
  risk: (given: RiskAsked & { readonly now: RiskNow }) => Promise<ReturnType<typeof riskJob>>
  riskQuality: (given: RiskAsked) => Promise<ReturnType<typeof riskQualityJob>>
}

/** The laws of the whole world are loaded for the holidays: in the thread, too. */
export interface RiskAsked extends Omit<RiskGiven, 'holidays'> {
  readonly holidayPlace: HolidayPlace
  readonly cityZone: string
}

const holidaysIn = ({ holidayPlace, cityZone, record }: RiskAsked) =>
  holidaysOf(holidayPlace, cityZone, record)

export const jobs: Jobs = {
  weatherRates: weatherJob,
  beforeAfter: beforeAfterJob,
  works: worksJob,
  risk: async given => riskJob({ ...given, holidays: await holidaysIn(given) }),
  riskQuality: async given => riskQualityJob({ ...given, holidays: await holidaysIn(given) }),
  hotspots: cellsJob,
  clusters: clustersJob,
  rates: ratesJob,
  trend({ record, chosen, now }) {
    const coverage = coverageOf(timesOf(record))
    const days = daysOf(coverage, chosen)
    const line = days === null ? null : dailyLine(timesOf(now), now.types, coverage, days.fromDay, days.toDay)
    if (line === null) return { is_too_short: true, first_day: null, trend: [], by_weekday: [], changes: [] }
    return {
      is_too_short: false,
      first_day: dayText(line.firstDay),
      trend: line.trend.map(value => (value === null ? null : rounded(value, 2))),
      by_weekday: line.byWeekday.map(value => rounded(value, 2)),
      changes: line.changes.map(change => ({
        day: dayText(change.day),
        before_per_day: change.beforePerDay,
        after_per_day: change.afterPerDay,
        ratio: estimateOf(change.ratio),
        silent_days_before: change.silentDaysBefore,
        is_of_recording: change.isOfRecording,
      })),
    }
  },
}
