import { coverageOf, zoneOffsets } from '../../../../core/time/index.ts'
import { conditionRates, weatherUnits, type ConditionUnit } from '../../../../insight/safety/index.ts'
import { WEATHER_WORDS, type CityWeather, type Moments } from '../../../../lake/read/incident-record/index.ts'
import type { IncidentWeatherRates } from '../../../../serve/contract/index.ts'
import { estimateOf, rounded, timesOf } from '../moments.ts'
import type { ChosenDays } from '../periods.ts'

/** The hours of the week that a choice means. */
export interface ChosenHours {
  readonly weekdays: readonly number[]
  /** From > to passes midnight. */
  readonly hourFrom: number
  readonly hourTo: number
}

export interface WeatherGiven {
  readonly record: Moments
  /** The chosen ones, in any weather. */
  readonly now: Moments
  readonly chosen: ChosenDays
  readonly hours: ChosenHours
  readonly weather: CityWeather
  readonly cityZone: string
}

const REFERENCE = 'dry'

/** How many times as many incidents come in each weather as when it is dry. */
export function weatherJob(given: WeatherGiven): NonNullable<IncidentWeatherRates['result']> {
  const { record, now, chosen, hours, weather, cityZone } = given
  const units = weatherUnits(
    now.startedAtMs,
    coverageOf(timesOf(record)),
    hour => {
      const at = hour - weather.firstHour
      const word = WEATHER_WORDS[weather.codes[at] ?? 0] ?? null
      return word === null ? null : { weather: word, isOfDay: weather.isOfDay[at] === 1 }
    },
    zoneOffsets(cityZone),
    { ...chosen, isMeant: (weekday, hour) => isMeant(hours, weekday, hour) },
  )
  const { notCovered, unknown } = units.leftOut
  return {
    reference: REFERENCE,
    compared: [
      ...(units.hours.length > 0 ? [comparedOf('hour', units.hours)] : []),
      ...(units.days.length > 0 ? [comparedOf('day', units.days)] : []),
    ],
    not_covered: notCovered,
    weather_unknown: unknown,
  }
}

function comparedOf(knownBy: 'hour' | 'day', units: readonly ConditionUnit[]) {
  const { rates, scatter } = conditionRates(units, REFERENCE)
  const dry = units.filter(({ condition }) => condition === REFERENCE)
  const sum = (of: (unit: ConditionUnit) => number) => dry.reduce((all, unit) => all + of(unit), 0)
  return {
    known_by: knownBy,
    units: units.length,
    scatter: rounded(scatter, 2),
    reference_incidents: sum(({ incidents }) => incidents),
    reference_hours: sum(({ hours }) => hours),
    rates: rates.map(({ condition, incidents, hours, ratio }) => ({
      ...{ weather: condition, incidents, hours },
      ratio: ratio === null ? null : estimateOf(ratio),
    })),
  }
}

function isMeant({ weekdays, hourFrom, hourTo }: ChosenHours, weekday: number, hour: number): boolean {
  if (weekdays.length > 0 && !weekdays.includes(weekday)) return false
  return hourFrom > hourTo ? hour >= hourFrom || hour <= hourTo : hour >= hourFrom && hour <= hourTo
}
