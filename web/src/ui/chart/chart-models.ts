import { headline } from '../../analysis/headline.ts'
import type { Trend } from '../../analysis/trend.ts'
import { clock } from '../city-time.ts'
import { count, inUnits, speedUnit, type Units } from '../format.ts'
import type { ChartModel } from './chart-model.ts'

export interface Trends {
  readonly speed: Trend
  readonly vehicles: Trend
  readonly wait: Trend
}

/** One chart per measure that anything was measured of, titled by what it says. */
export function chartModels(
  trends: Trends,
  timeZone: string,
  units: Units,
  vehiclesPer: string,
): (ChartModel & { readonly key: keyof Trends })[] {
  const at = (atMs: number) => clock(atMs, timeZone)
  const unit = speedUnit(units)
  const models = [
    {
      key: 'speed' as const,
      title: headline('speed', trends.speed, at),
      caption: `Mean speed, ${unit}`,
      trend: trends.speed,
      scale: (kmh: number) => inUnits(kmh, units),
      format: (value: number) => `${Math.round(value)} ${unit}`,
    },
    {
      key: 'wait' as const,
      title: headline('wait', trends.wait, at),
      caption: 'Mean wait, s',
      trend: trends.wait,
      scale: (s: number) => s,
      format: (value: number) => `${Math.round(value)} s`,
    },
    {
      key: 'vehicles' as const,
      title: headline('vehicles', trends.vehicles, at),
      caption: `Vehicles per ${vehiclesPer}`,
      trend: trends.vehicles,
      scale: (vehicles: number) => vehicles,
      format: (value: number) => count(Math.round(value)),
    },
  ]
  return models.filter(({ trend }) =>
    [trend.now, trend.yesterday].some(s => s.values.some(value => value !== null)),
  )
}
