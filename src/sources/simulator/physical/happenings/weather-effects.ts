import type { LinkKind } from '../../../../core/traffic/network.ts'
import type { LinkFactors } from '../vehicles/pace.ts'

/** What of the weather acts on traffic, as a station of the weather stream shows it. */
export interface Conditions {
  readonly condition: 'clear' | 'cloudy' | 'rain' | 'heavy_rain' | 'snow' | 'fog'
  /** Of water, also where it snows. */
  readonly precipitationMmH: number
  readonly visibilityKm: number
  readonly temperatureC: number
  readonly roadState: 'dry' | 'moist' | 'wet' | 'ice' | 'snow' | 'slush'
}

export const FAIR: Conditions = {
  condition: 'clear',
  precipitationMmH: 0,
  visibilityKm: 16,
  temperatureC: 15,
  roadState: 'dry',
}

const MM_PER_INCH = 25.4
const KM_PER_MILE = 1.609344

/**
 * Freeways: capacity and speed that are left, by free-flow speed of 55, 60, 65, 70 and 75 mi/h.
 *
 * Source: HCM 7th edition (2022), exhibits 11-20 and 11-21 (capacities from exhibit 10-15 of HCM 2010: FHWA-HOP-13-042, appendix A).
 */
const FREEWAY = {
  mediumRain: [
    [0.94, 0.93, 0.92, 0.91, 0.9],
    [0.96, 0.95, 0.94, 0.93, 0.93],
  ],
  heavyRain: [
    [0.89, 0.88, 0.86, 0.84, 0.82],
    [0.94, 0.93, 0.93, 0.92, 0.91],
  ],
  lightSnow: [
    [0.97, 0.96, 0.96, 0.95, 0.95],
    [0.94, 0.92, 0.89, 0.87, 0.84],
  ],
  lightMediumSnow: [
    [0.95, 0.94, 0.92, 0.9, 0.88],
    [0.92, 0.9, 0.88, 0.86, 0.83],
  ],
  mediumHeavySnow: [
    [0.93, 0.91, 0.9, 0.88, 0.87],
    [0.9, 0.88, 0.86, 0.84, 0.82],
  ],
  heavySnow: [
    [0.8, 0.78, 0.76, 0.74, 0.72],
    [0.88, 0.86, 0.85, 0.83, 0.81],
  ],
  severeCold: [
    [0.93, 0.92, 0.92, 0.91, 0.9],
    [0.95, 0.95, 0.94, 0.93, 0.92],
  ],
  lowVisibility: [
    [0.9, 0.9, 0.9, 0.9, 0.9],
    [0.96, 0.95, 0.94, 0.94, 0.93],
  ],
  veryLowVisibility: [
    [0.88, 0.88, 0.88, 0.88, 0.88],
    [0.95, 0.94, 0.93, 0.92, 0.91],
  ],
  minimalVisibility: [
    [0.9, 0.9, 0.9, 0.9, 0.9],
    [0.95, 0.94, 0.93, 0.92, 0.91],
  ],
} as const
const [SLOWEST_MPH, STEP_MPH, LAST_COLUMN] = [55, 5, 4]

/** Rates from which rain and snow (as water) are of the next kind, in/h; miles of visibility; −4 °F. From the same exhibits. */
const RAIN_IN_H = { medium: 0.1, heavy: 0.25 } as const
const SNOW_IN_H = { lightMedium: 0.05, mediumHeavy: 0.1, heavy: 0.5 } as const
const VISIBILITY_MI = { minimal: 0.25, veryLow: 0.5, low: 1 } as const
const SEVERE_COLD_C = -20

/** What is left of capacity and speed on streets where the road is wet or has ice or snow on it (HCM 7th edition, eqs. 29-25 and 29-26). */
const WET_STREET = 0.95
const ICY_STREET = 0.9

/** Hourly crashes over those of dry hours (HCM 7th edition, exhibit 17-9). */
const CRASHES = { rain: 2, wet: 3, snow: 1.5, ice: 2.75 } as const
/** Demand on a day of snow (exhibit 17-8). */
const SNOW_DEMAND = 0.8

/**
 * Share of free-flow speed and capacity that the weather leaves on a link. Where several exhibits apply, the lowest counts.
 * Freeways and ramps by the HCM's tables; streets by its equations for saturation flow and speed at signals, of which fog and cold are no part.
 * Rain that falls leaves no more than the wet road it makes: by the equation alone a drizzle would be better than what it leaves behind. (At signals in Durban light rain cost
 * 4.3 % of the capacity, moderate 9.2 %, heavy 11.5 %: J. Oyaro, J. Ben-Edigbe, Open Transportation Journal 14, 2020.)
 */
export function weatherFactors(of: Conditions, kind: LinkKind, freeFlowKmh: number): LinkFactors {
  return kind === 'street' ? streetFactors(of) : freewayFactors(of, freeFlowKmh)
}

/** Times as many incidents as on dry roads, of the same traffic. */
export function incidentFactor({ condition, precipitationMmH, roadState }: Conditions): number {
  if (precipitationMmH > 0) return condition === 'snow' ? CRASHES.snow : CRASHES.rain
  return isIcy(roadState) ? CRASHES.ice : roadState === 'wet' ? CRASHES.wet : 1
}

/** Times as many trips as on a day without snow. */
export function demandFactor({ condition }: Conditions): number {
  return condition === 'snow' ? SNOW_DEMAND : 1
}

function streetFactors({ condition, precipitationMmH, roadState }: Conditions): LinkFactors {
  const road = isIcy(roadState) ? ICY_STREET : roadState === 'wet' ? WET_STREET : 1
  const inchesH = precipitationMmH / MM_PER_INCH
  const [rain, snow] = condition === 'snow' ? [0, inchesH] : [inchesH, 0]
  return {
    capacity: Math.min(road, 1 / (1 + 0.48 * rain + 0.39 * snow)),
    speed: Math.min(road, 1 / (1 + 0.48 * rain + 1.4 * snow)),
  }
}

function freewayFactors(of: Conditions, freeFlowKmh: number): LinkFactors {
  const column = Math.min(LAST_COLUMN, Math.max(0, (freeFlowKmh / KM_PER_MILE - SLOWEST_MPH) / STEP_MPH))
  const at = (values: readonly number[]): number => {
    const left = Math.min(LAST_COLUMN - 1, Math.floor(column))
    const [from = 1, to = 1] = values.slice(left, left + 2)
    return from + (column - left) * (to - from)
  }
  const all = kindsOf(of).map(kind => FREEWAY[kind])
  return {
    capacity: Math.min(1, ...all.map(([capacity]) => at(capacity))),
    speed: Math.min(1, ...all.map(([, speed]) => at(speed))),
  }
}

function kindsOf({
  condition,
  precipitationMmH,
  visibilityKm,
  temperatureC,
}: Conditions): (keyof typeof FREEWAY)[] {
  const kinds: (keyof typeof FREEWAY)[] = []
  const rate = precipitationMmH / MM_PER_INCH
  if (condition === 'snow' && rate > 0)
    kinds.push(
      rate > SNOW_IN_H.heavy
        ? 'heavySnow'
        : rate > SNOW_IN_H.mediumHeavy
          ? 'mediumHeavySnow'
          : rate > SNOW_IN_H.lightMedium
            ? 'lightMediumSnow'
            : 'lightSnow',
    )
  else if (rate > RAIN_IN_H.medium) kinds.push(rate > RAIN_IN_H.heavy ? 'heavyRain' : 'mediumRain')
  const miles = visibilityKm / KM_PER_MILE
  if (miles < VISIBILITY_MI.low)
    kinds.push(
      miles < VISIBILITY_MI.minimal
        ? 'minimalVisibility'
        : miles < VISIBILITY_MI.veryLow
          ? 'veryLowVisibility'
          : 'lowVisibility',
    )
  if (temperatureC < SEVERE_COLD_C) kinds.push('severeCold')
  return kinds
}

function isIcy(roadState: Conditions['roadState']): boolean {
  return roadState === 'ice' || roadState === 'snow' || roadState === 'slush'
}
