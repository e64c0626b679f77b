/** What was measured on a day; null where it was not. */
export interface WeatherDay {
  /** Local date, days since 1970-01-01. */
  readonly day: number
  readonly rainMm: number | null
  readonly snowCm: number | null
}

export const DAY_CONDITIONS = ['dry', 'rain', 'heavy_rain', 'snow', 'heavy_snow', 'rain_and_snow'] as const
export type DayCondition = (typeof DAY_CONDITIONS)[number]

/** From this amount on precipitation is measurable, mm and cm. */
const MEASURABLE = 0.2
const HEAVY_RAIN_MM = 10
const HEAVY_SNOW_CM = 5

/**
 * The kind of a day by its sums, null where rain or snow was not measured. A day with snow at night only is a day with snow: sums cannot
 * tell, and an hourly source can.
 *
 * Source of the classes: Environment and Climate Change Canada, Canadian Climate Normals, days with rainfall ≥ 0.2 and ≥ 10 mm and
 * with snowfall ≥ 0.2 and ≥ 5 cm.
 */
export function dayConditionOf({ rainMm, snowCm }: WeatherDay): DayCondition | null {
  if (rainMm === null || snowCm === null) return null
  if (snowCm >= HEAVY_SNOW_CM) return 'heavy_snow'
  if (rainMm >= HEAVY_RAIN_MM) return 'heavy_rain'
  if (snowCm >= MEASURABLE) return rainMm >= MEASURABLE ? 'rain_and_snow' : 'snow'
  return rainMm >= MEASURABLE ? 'rain' : 'dry'
}
