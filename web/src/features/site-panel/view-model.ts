import type { IntersectionMetrics, LiveSite, SilverReading } from '../../../../src/serve/contract/index.ts'
import { combine } from '../../analysis/combine.ts'
import { earlierOf } from '../../analysis/history-rows.ts'
import { changeAt, trendOf, type Trend } from '../../analysis/trend.ts'
import type { SensorClock } from '../../state/site.ts'
import type { Change } from '../../ui/change/change-words.ts'
import { count, percent, seconds, speed, type Quantity, type Units } from '../../ui/format.ts'

export const WINDOW_MS = 5 * 60_000
/** Usual of a site: quarter-hours of a week, so that a single odd signal cycle does not make it. */
const USUAL_STEP_MIN = 15

export interface SiteTrends {
  readonly speed: Trend
  readonly vehicles: Trend
  readonly wait: Trend
}

/** The last 24 hours of one site by 5 minutes. `endMs`: end of the last finished window; `earlier` null: nothing is compared. */
export function siteTrends(
  recent: readonly IntersectionMetrics[],
  earlier: readonly IntersectionMetrics[] | null,
  endMs: number,
  timeZone: string,
): SiteTrends {
  const source = {
    recent: combine(recent, WINDOW_MS),
    earlier:
      earlier === null ? null : combine(earlierOf(recent, earlier, endMs).filter(isOfLoops), WINDOW_MS),
    stepMs: WINDOW_MS,
    usualStepMin: USUAL_STEP_MIN,
    endMs,
    timeZone,
  }
  return {
    speed: trendOf(source, row => row.speedKmh),
    vehicles: trendOf(source, row => row.vehicles),
    wait: trendOf(source, row => row.waitS),
  }
}

/** What is usual is what loops measured. */
function isOfLoops({ source }: IntersectionMetrics): boolean {
  return source === 'loop'
}

/** Changes of the live figures, by measure; null where nothing may be compared. */
export function standingOf(site: LiveSite | null, trends: SiteTrends, silent: boolean) {
  const change = (key: keyof SiteTrends, value: number | null) =>
    site === null || silent ? null : changeAt(trends[key], value, site.at)
  return {
    speed: change('speed', site?.speedKmh ?? null),
    vehicles: change('vehicles', site?.vehicles ?? null),
    wait: change('wait', site?.waitS ?? null),
  }
}

export interface SiteFigure {
  readonly key: string
  readonly label: string
  readonly figure: Quantity
  readonly change: Change | null
}

/** The figures that this site measures; one that it never carried is left out. A silent site is compared with nothing. */
export function siteFigures(
  site: LiveSite,
  trends: SiteTrends | null,
  silent: boolean,
  units: Units,
): SiteFigure[] {
  const standing = trends === null ? null : standingOf(site, trends, silent)
  const against = (measure: keyof SiteTrends): Change | null => {
    const change = standing?.[measure] ?? null
    const to = trends?.[measure].against ?? null
    return change === null || to === null ? null : { change, measure, against: to }
  }
  const figures: (SiteFigure & { value: number | null })[] = [
    {
      key: 'wait',
      label: 'Mean wait',
      value: site.waitS,
      figure: seconds(site.waitS),
      change: against('wait'),
    },
    {
      key: 'speed',
      label: 'Mean speed',
      value: site.speedKmh,
      figure: speed(site.speedKmh, units),
      change: against('speed'),
    },
    {
      key: 'vehicles',
      label: 'Vehicles',
      value: site.vehicles,
      figure: { value: count(site.vehicles), unit: '/ 5 min' },
      change: against('vehicles'),
    },
    {
      key: 'queue',
      label: 'Longest queue',
      value: site.queueVeh,
      figure: { value: count(site.queueVeh), unit: 'veh' },
      change: null,
    },
    {
      key: 'occupancy',
      label: 'Occupancy',
      value: site.occupancy,
      figure: { value: percent(site.occupancy).replace(' %', ''), unit: '%' },
      change: null,
    },
  ]
  return figures.filter(({ value }) => value !== null)
}

export interface Sensor extends SensorClock {
  readonly id: string
}

/** Sensors of a site by their newest reading. */
export function sensorsOf(readings: readonly SilverReading[]): Sensor[] {
  const newest = new Map<string, SilverReading>()
  for (const reading of readings) {
    const known = newest.get(reading.sensor_id)
    if (known === undefined || known.measured_at < reading.measured_at) newest.set(reading.sensor_id, reading)
  }
  return [...newest.values()]
    .map(({ sensor_id: id, measured_at, interval_s }) => ({
      id,
      lastMs: Date.parse(measured_at),
      intervalS: interval_s,
    }))
    .sort((a, b) => a.id.localeCompare(b.id))
}
