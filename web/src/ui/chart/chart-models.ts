import type { Trend } from '../../analysis/trend.ts'
import { headline } from '../../state/history.ts'
import { clock } from '../city-time.ts'
import { count, inUnits, speedUnit, type Units } from '../format.ts'
import type { ChartModel } from './chart-model.ts'

export interface Trends {
  readonly speed: Trend
  readonly vehicles: Trend
  readonly wait: Trend
}

export type Titles = Readonly<Record<keyof Trends, string>>

/** Titles of the charts; `standing` has the changes of the live figures that stand beside them, `silentSinceMs` as in headline. */
export function chartTitles(
  trends: Trends,
  standing: Partial<Record<keyof Trends, number | null>>,
  timeZone: string,
  silentSinceMs: number | null = null,
): Titles {
  const title = (key: keyof Trends) =>
    headline(key, trends[key], standing[key] ?? null, atMs => clock(atMs, timeZone), silentSinceMs)
  return { speed: title('speed'), vehicles: title('vehicles'), wait: title('wait') }
}

/** Titles that stay the same object while their words do: charts draw anew only with new data. */
export function sameTitles(before: Titles | null, now: Titles): Titles {
  const same = before?.speed === now.speed && before.vehicles === now.vehicles && before.wait === now.wait
  return same ? before : now
}

/** One chart per measure that anything was measured of, titled by what it says. */
export function chartModels(
  trends: Trends,
  titles: Titles,
  units: Units,
  vehiclesPer: string,
): (ChartModel & { readonly key: keyof Trends })[] {
  const unit = speedUnit(units)
  const models = [
    {
      key: 'speed' as const,
      caption: `Mean speed, ${unit}`,
      scale: (kmh: number) => inUnits(kmh, units),
      format: (value: number) => `${Math.round(value)} ${unit}`,
    },
    {
      key: 'wait' as const,
      caption: 'Mean wait, s',
      scale: (s: number) => s,
      format: (value: number) => `${Math.round(value)} s`,
    },
    {
      key: 'vehicles' as const,
      caption: `Vehicles per ${vehiclesPer}`,
      scale: (vehicles: number) => vehicles,
      format: (value: number) => count(Math.round(value)),
    },
  ]
  return models
    .map(model => ({ ...model, title: titles[model.key], trend: trends[model.key] }))
    .filter(({ trend }) => [trend.now, trend.yesterday].some(s => s.values.some(value => value !== null)))
}
