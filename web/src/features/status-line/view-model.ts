import type { LiveView } from '../../api/live-store.ts'
import { clock } from '../../ui/city-time.ts'
import { compact, count, latency, speed, type Quantity, type Units } from '../../ui/format.ts'
import { asOfMs } from '../../state/city-words.ts'
import type { Picture } from '../../state/picture.ts'

export interface KeyFigure {
  readonly key: 'as-of' | 'vehicles' | 'speed' | 'rate' | 'freshness' | 'sites'
  readonly label: string
  readonly figure: Quantity
  readonly hint: string
}

/**
 * The city's figures: those that it measures. Figures of another moment say of which; what flows now is left out while
 * nobody knows it.
 */
export function keyFigures(
  { state }: LiveView,
  picture: Picture,
  units: Units,
  timeZone: string,
): KeyFigure[] {
  const city = state?.city ?? null
  const asOf = asOfMs(picture)
  const flows = picture.kind !== 'lost'
  const figures: (KeyFigure | null)[] = [
    asOf === null
      ? null
      : {
          key: 'as-of',
          label: 'Figures',
          figure: { value: `as of ${clock(asOf, timeZone)}`, unit: '' },
          hint: 'Nothing newer is known',
        },
    city !== null && city.vehicles === null
      ? null
      : {
          key: 'vehicles',
          label: 'Vehicles',
          figure: { value: count(city?.vehicles ?? null), unit: '/ 5 min' },
          hint: 'Counted in the last five minutes',
        },
    city !== null && city.meanSpeedKmh === null
      ? null
      : {
          key: 'speed',
          label: 'Mean speed',
          figure: speed(city?.meanSpeedKmh ?? null, units),
          hint: 'Mean of the last five minutes, weighted by vehicles',
        },
    flows
      ? {
          key: 'rate',
          label: 'Readings',
          figure: { value: compact(city === null ? null : Math.round(city.readingsPerMin)), unit: '/ min' },
          hint: 'Valid readings of the last minute',
        }
      : null,
    flows ? freshness(state?.status.freshnessMs.p95 ?? null) : null,
    {
      key: 'sites',
      label: 'Sites',
      figure: { value: count(city?.sitesReporting ?? null), unit: `of ${count(city?.sitesKnown ?? null)}` },
      hint: 'Sites that report, of those known',
    },
  ]
  return figures.filter(figure => figure !== null)
}

function freshness(p95Ms: number | null): KeyFigure | null {
  if (p95Ms === null) return null
  return {
    key: 'freshness',
    label: 'Freshness',
    figure: latency(p95Ms),
    hint: '95 of 100 readings are in every figure this soon after they arrived',
  }
}
