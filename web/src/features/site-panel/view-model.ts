import type { IntersectionMetrics, LiveSite, SilverReading } from '../../../../src/serve/contract/index.ts'
import { combine } from '../../analysis/combine.ts'
import { changeOf } from '../../analysis/finding.ts'
import { trendOf, type Trend } from '../../analysis/trend.ts'
import type { Change } from '../../ui/change-words.ts'
import { count, percent, seconds, speed, type Quantity, type Units } from '../../ui/format.ts'

const WINDOW_MS = 5 * 60_000
/** Usual of a site: quarter-hours of a week, so that a single odd signal cycle does not make it. */
const USUAL_STEP_MIN = 15

export interface SiteTrends {
  readonly speed: Trend
  readonly vehicles: Trend
  readonly wait: Trend
}

/** The last 24 hours of one site by 5 minutes. `endMs`: end of the last finished window. */
export function siteTrends(
  recent: readonly IntersectionMetrics[],
  earlier: readonly IntersectionMetrics[],
  endMs: number,
  timeZone: string,
): SiteTrends {
  const source = {
    recent: combine(recent, WINDOW_MS),
    earlier: combine(earlier, WINDOW_MS),
    recentStepMs: WINDOW_MS,
    earlierStepMin: USUAL_STEP_MIN,
    endMs,
    timeZone,
  }
  return {
    speed: trendOf(source, row => row.speedKmh),
    vehicles: trendOf(source, row => row.vehicles),
    wait: trendOf(source, row => row.waitS),
  }
}

export interface SiteFigure {
  readonly key: string
  readonly label: string
  readonly figure: Quantity
  readonly change: Change | null
}

/** The figures that this site measures; one that it never carried is left out. */
export function siteFigures(site: LiveSite, trends: SiteTrends | null, units: Units): SiteFigure[] {
  const against = (value: number | null, measure: keyof SiteTrends): Change | null => {
    const trend = trends?.[measure] ?? null
    if (trend === null) return null
    const change = changeOf(value, trend.baseline?.at(-1) ?? null)
    return change === null ? null : { change, measure, against: trend.usual === null ? 'yesterday' : 'usual' }
  }
  const figures: (SiteFigure & { value: number | null })[] = [
    {
      key: 'wait',
      label: 'Mean wait',
      value: site.waitS,
      figure: seconds(site.waitS),
      change: against(site.waitS, 'wait'),
    },
    {
      key: 'speed',
      label: 'Mean speed',
      value: site.speedKmh,
      figure: speed(site.speedKmh, units),
      change: against(site.speedKmh, 'speed'),
    },
    {
      key: 'vehicles',
      label: 'Vehicles',
      value: site.vehicles,
      figure: { value: count(site.vehicles), unit: '/ 5 min' },
      change: against(site.vehicles, 'vehicles'),
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

export interface SensorState {
  readonly id: string
  readonly lastMs: number
  readonly healthy: boolean
  readonly source: string
}

/** Sensors of a site by their newest reading. Healthy: heard of within three of its intervals, at least two minutes. */
export function sensorsOf(readings: readonly SilverReading[], nowMs: number): SensorState[] {
  const newest = new Map<string, SilverReading>()
  for (const reading of readings) {
    const known = newest.get(reading.sensor_id)
    if (known === undefined || known.measured_at < reading.measured_at) newest.set(reading.sensor_id, reading)
  }
  return [...newest.values()]
    .map(({ sensor_id: id, measured_at, interval_s, source }) => {
      const lastMs = Date.parse(measured_at)
      return { id, lastMs, source, healthy: nowMs - lastMs <= Math.max(3 * interval_s, 120) * 1_000 }
    })
    .sort((a, b) => a.id.localeCompare(b.id))
}
