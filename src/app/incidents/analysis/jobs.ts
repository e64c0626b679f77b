import { Random } from '../../../core/statistics/index.ts'
import { coverageOf } from '../../../core/time/index.ts'
import { periodHotspots, type Hotspot, type Place } from '../../../insight/hotspots/index.ts'
import { dailyLine } from '../../../insight/series/index.ts'
import type { Moments } from '../../../lake/read/incident-record/index.ts'
import type { IncidentHotspots, IncidentTrend, IncidentWeatherRates } from '../../../serve/contract/index.ts'
import { holidaysOf, type HolidayPlace } from './holidays.ts'
import { dayText, estimateOf, rounded, timesOf } from './moments.ts'
import { riskJob, riskQualityJob, type RiskGiven, type RiskNow } from './risk-jobs.ts'
import { daysOf, periodBefore, type ChosenDays, type Days } from './periods.ts'
import { beforeAfterJob, worksJob, type BeforeAfterGiven, type WorksGiven } from './compare/place-jobs.ts'
import { weatherJob, type WeatherGiven } from './compare/weather-job.ts'

/** Analyses that are worked on in a thread of their own: each a function of what it is given alone. */
export interface Jobs {
  hotspots: (given: {
    readonly record: Moments
    readonly signals: readonly Place[]
    readonly chosen: ChosenDays
    /** Of the chosen days and of those before. */
    readonly now: Moments
    readonly before: Moments | null
  }) => NonNullable<IncidentHotspots['result']>
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

/** Any: the same record has the same hotspots, whoever asks. */
const SEED = 20_260_701

export const jobs: Jobs = {
  weatherRates: weatherJob,
  beforeAfter: beforeAfterJob,
  works: worksJob,
  risk: async given => riskJob({ ...given, holidays: await holidaysIn(given) }),
  riskQuality: async given => riskQualityJob({ ...given, holidays: await holidaysIn(given) }),
  hotspots({ record, signals, chosen, now, before }) {
    const coverage = coverageOf(timesOf(record))
    const { days, previous, why } = periodBefore(coverage, chosen)
    const compared = previous === null || before === null ? null : before
    const found = periodHotspots(
      { places: placesOf(now), coveredDays: days?.covered ?? 0 },
      compared === null || previous === null
        ? null
        : { places: placesOf(compared), coveredDays: previous.covered },
      [...placesOf(record), ...signals],
      new Random(SEED),
    )
    return {
      period: days === null ? null : periodText(days, now),
      before: compared === null || previous === null ? null : periodText(previous, compared),
      why_no_before: why,
      resolution: found.resolution,
      cell_km2: found.cellKm2,
      cells_judged: found.cellsJudged,
      permutations: found.permutations,
      false_share: found.falseShare,
      cells: found.cells.map(cell => cellText(cell, now)),
    }
  },
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

function placesOf({ latitudes, longitudes }: Moments): Place[] {
  return latitudes.map((latitude, i) => ({ latitude, longitude: longitudes[i] ?? 0 }))
}

function periodText({ fromDay, toDay, covered }: Days, { types }: Moments) {
  return { from: dayText(fromDay), to: dayText(toDay), covered_days: covered, incidents: types.length }
}

/** Coordinates to a metre. */
const DECIMALS = 5

function cellText({ members, outline, incidentsBefore, ratio, ...cell }: Hotspot, now: Moments) {
  return {
    ...cell,
    outline: outline.map(([longitude, latitude]): [number, number] => [
      rounded(longitude, DECIMALS),
      rounded(latitude, DECIMALS),
    ]),
    z: cell.z === null ? null : rounded(cell.z, 2),
    incidents_before: incidentsBefore,
    ratio: ratio === null ? null : estimateOf(ratio),
    title: mostFrequent(members.map(i => now.titles[i] ?? null)),
    community: mostFrequent(members.map(i => now.communities[i] ?? null)),
  }
}

/** The most frequent; of equals the one that comes first. Null where nothing is known. */
function mostFrequent(values: readonly (string | null)[]): string | null {
  const counts = new Map<string, number>()
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].reduce<[string | null, number]>(
    (best, each) => (each[1] > best[1] ? each : best),
    [null, 0],
  )[0]
}
