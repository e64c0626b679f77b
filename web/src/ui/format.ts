import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/serve/contract/spans.ts'

export type Units = 'metric' | 'us'

/** What stands where a number is not known. */
export const UNKNOWN = '–'

const KM_PER_MILE = 1.609344
const SECOND_MS = 1_000

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const tenths = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 })

/** A number and its unit, apart, so that the unit may be set smaller. */
export interface Quantity {
  readonly value: string
  readonly unit: string
}

export function count(value: number | null): string {
  return value === null ? UNKNOWN : whole.format(value)
}

/** 12.5K, 3.1M: where the exact number stands beside it or does not matter. */
export function compact(value: number | null): string {
  return value === null ? UNKNOWN : value < 10_000 ? whole.format(value) : short.format(value)
}

export function speed(kmh: number | null, units: Units): Quantity {
  return { value: kmh === null ? UNKNOWN : whole.format(inUnits(kmh, units)), unit: speedUnit(units) }
}

export function speedUnit(units: Units): string {
  return units === 'us' ? 'mph' : 'km/h'
}

export function inUnits(kmh: number, units: Units): number {
  return units === 'us' ? kmh / KM_PER_MILE : kmh
}

export function seconds(value: number | null): Quantity {
  return { value: value === null ? UNKNOWN : whole.format(value), unit: 's' }
}

export function percent(share: number | null): string {
  return share === null ? UNKNOWN : `${whole.format(share * 100)} %`
}

export function vehicleHours(value: number | null): Quantity {
  return {
    value: value === null ? UNKNOWN : value < 10 ? tenths.format(value) : whole.format(value),
    unit: 'veh·h',
  }
}

/** 0.3/s, 12/s, 16.7K/s */
export function perSecond(value: number): string {
  return `${value > 0 && value < 10 ? tenths.format(value) : compact(value)}/s`
}

export function bytes(value: number): Quantity {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
  let scaled = value
  let unit = 0
  while (scaled >= 1_000 && unit < units.length - 1) {
    scaled /= 1_000
    unit++
  }
  return {
    value: scaled < 10 && unit > 0 ? tenths.format(scaled) : whole.format(scaled),
    unit: units[unit] ?? 'B',
  }
}

/** 320 ms, 1.4 s, 12 s, 3 min: a delay. */
export function latency(ms: number | null): Quantity {
  if (ms === null) return { value: UNKNOWN, unit: 's' }
  if (ms < SECOND_MS) return { value: whole.format(ms), unit: 'ms' }
  if (ms < 10 * SECOND_MS) return { value: tenths.format(ms / SECOND_MS), unit: 's' }
  if (ms < 2 * MINUTE_MS) return { value: whole.format(ms / SECOND_MS), unit: 's' }
  return { value: whole.format(ms / MINUTE_MS), unit: 'min' }
}

/** "just now", "40 s ago", "3 min ago", "5 h ago", "12 days ago" */
export function ago(ms: number): string {
  if (ms < 5 * SECOND_MS) return 'just now'
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s ago`
  if (ms < 90 * MINUTE_MS) return `${Math.round(ms / MINUTE_MS)} min ago`
  if (ms < 36 * HOUR_MS) return `${Math.round(ms / HOUR_MS)} h ago`
  return `${Math.round(ms / DAY_MS)} days ago`
}

export function quantity({ value, unit }: Quantity): string {
  return value === UNKNOWN ? UNKNOWN : `${value} ${unit}`
}

/** "inner_ring" → "Inner ring" */
export function words(code: string): string {
  const text = code.replaceAll(/[_-]+/g, ' ').trim()
  return text.charAt(0).toUpperCase() + text.slice(1)
}
