import type { CityDay, DayFigures } from '../../lake/read/day/index.ts'
import type { DayReport, Status, StepRun } from '../../serve/contract/index.ts'

export interface ReportGiven {
  readonly day: CityDay
  readonly figures: DayFigures
  readonly quarantine: DayReport['quarantine']
  readonly status: Pick<Status, 'city' | 'backlog' | 'freshnessMs' | 'tables' | 'problems' | 'version'>
  readonly steps: readonly StepRun[]
  readonly madeAtMs: number
}

/** The report of a day: its figures, and how the program was when it was written. */
export function dayReport({ day, figures, quarantine, status, steps, madeAtMs }: ReportGiven): DayReport {
  const {
    valid,
    vehicles,
    mean_speed_kmh: speed,
    first_hour_s: first,
    last_hour_s: last,
    hours,
  } = figures.city
  const { city, backlog, freshnessMs, tables, problems, version } = status
  return {
    ...{ day: day.day, city: city.name, time_zone: city.timeZone, version },
    ...{ from: instant(day.fromMs), to: instant(day.toMs), made_at: instant(madeAtMs) },
    readings: {
      ...{ valid, vehicles, mean_speed_kmh: rounded(speed, 1), hours },
      first_hour: hours === 0 ? null : instant(first * 1000),
      last_hour: hours === 0 ? null : instant(last * 1000),
    },
    quarantine: quarantine.map(({ stream, reason, lines }) => ({ stream, reason, lines })),
    incidents: figures.incidents.map(({ type, incidents }) => ({ type, incidents })),
    districts: figures.districts.map(one => ({
      ...{ district: one.district, readings: one.readings, sensors: one.sensors, vehicles: one.vehicles },
      mean_speed_kmh: rounded(one.mean_speed_kmh, 1),
      mean_wait_s: rounded(one.mean_wait_s, 1),
      max_queue_veh: rounded(one.max_queue_veh, 0),
      completeness: rounded(one.completeness, 3),
    })),
    lag: {
      backlog_records: backlog.records,
      freshness_p95_ms: rounded(freshnessMs.p95, 0),
      tables_lag_s: tables === undefined ? null : rounded(tables.lagS, 0),
    },
    problems: [...problems],
    steps: [...steps],
  }
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}

function rounded(value: number | null, digits: number): number | null {
  return value === null ? null : Number(value.toFixed(digits))
}
