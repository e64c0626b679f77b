import type { IncidentOverview } from '../../../../../src/serve/contract/index.ts'
import { count, percent } from '../../../ui/format.ts'
import { holdsCell, UNKNOWN_WEATHER, WEATHERS, type HistoryChoice } from './choice.ts'
import { dayWords, placeName, typeLabel, weatherLabel, weekdayName, WEEKDAY_NUMBERS } from './words.ts'

export interface Tile {
  readonly label: string
  readonly value: string
  readonly detail: string
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour)
const tenth = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })

/** The figures that are seen first. A rate is of days with data only: a gap is not a quiet day. */
export function tilesOf(overview: IncidentOverview): Tile[] {
  const { total, days_with_data: withData, days_without_data: without, types } = overview
  const busiest = types.toSorted((a, b) => b.incidents - a.incidents)[0]
  const peak = peakOf(overview.hours)
  const whole = withData + without
  return [
    {
      label: 'Incidents',
      value: count(total),
      detail:
        overview.first_day === null || overview.last_day === null
          ? ''
          : `${dayWords(overview.first_day)} – ${dayWords(overview.last_day)}`,
    },
    {
      label: 'A day',
      value: withData === 0 ? '–' : tenth.format(total / withData),
      detail: withData === 1 ? 'of 1 day with data' : `mean of ${count(withData)} days with data`,
    },
    {
      label: 'Most frequent',
      value: busiest === undefined ? '–' : typeLabel(busiest.type),
      detail: busiest === undefined || total === 0 ? '' : `${percent(busiest.incidents / total)} of all`,
    },
    {
      label: 'Peak hour',
      value: peak === null ? '–' : `${String(peak.hour).padStart(2, '0')}:00`,
      detail: peak === null || total === 0 ? '' : `${percent(peak.incidents / total)} begin in this hour`,
    },
    {
      label: 'Days without data',
      value: count(without),
      detail:
        whole === 0
          ? ''
          : without === 0
            ? 'the record has no gap here'
            : `of ${count(whole)}; left out of rates`,
    },
  ]
}

function peakOf(hours: IncidentOverview['hours']): { hour: number; incidents: number } | null {
  const sums = HOURS.map(hour => ({
    hour,
    incidents: hours.filter(cell => cell.hour === hour).reduce((sum, cell) => sum + cell.incidents, 0),
  }))
  const most = sums.reduce((best, each) => (each.incidents > best.incidents ? each : best))
  return most.incidents === 0 ? null : most
}

export interface HeatCell {
  readonly weekday: number
  readonly hour: number
  readonly incidents: number
  /** Of the fullest cell, 0 … 1. */
  readonly share: number
  readonly chosen: boolean
  readonly label: string
}

/** Seven weekdays of 24 hours, none left out. */
export function heatRows(hours: IncidentOverview['hours'], choice: HistoryChoice): HeatCell[][] {
  const known = new Map(hours.map(cell => [`${cell.weekday} ${cell.hour}`, cell.incidents]))
  const most = Math.max(1, ...hours.map(cell => cell.incidents))
  return WEEKDAY_NUMBERS.map(weekday =>
    HOURS.map(hour => {
      const incidents = known.get(`${weekday} ${hour}`) ?? 0
      return {
        ...{ weekday, hour, incidents, share: incidents / most },
        chosen: holdsCell(choice, weekday, hour),
        label: `${weekdayName(weekday)} ${String(hour).padStart(2, '0')}:00, ${incidents === 1 ? '1 incident' : `${count(incidents)} incidents`}`,
      }
    }),
  )
}

/** Where a key leads in the grid of hours; null when it is none for it. */
export function cellAfter(key: string, [weekday, hour]: readonly [number, number]): [number, number] | null {
  switch (key) {
    case 'ArrowLeft':
      return [weekday, Math.max(0, hour - 1)]
    case 'ArrowRight':
      return [weekday, Math.min(23, hour + 1)]
    case 'ArrowUp':
      return [Math.max(1, weekday - 1), hour]
    case 'ArrowDown':
      return [Math.min(7, weekday + 1), hour]
    case 'Home':
      return [weekday, 0]
    case 'End':
      return [weekday, 23]
    default:
      return null
  }
}

export interface Bar {
  /** Null: it is not known, and cannot be chosen. */
  readonly value: string | null
  readonly label: string
  readonly incidents: number
  /** Of the longest bar, 0 … 1. */
  readonly share: number
  readonly chosen: boolean
}

interface Counted {
  readonly value: string | null
  readonly incidents: number
}

export function typeBars(types: IncidentOverview['types'], chosen: readonly string[], most: number): Bar[] {
  return barsOf(
    types.map(({ type, incidents }) => ({ value: type, incidents })),
    chosen,
    most,
    typeLabel,
  )
}

export function communityBars(
  communities: IncidentOverview['communities'],
  chosen: readonly string[],
  most: number,
): Bar[] {
  return barsOf(
    communities.map(({ community, incidents }) => ({ value: community, incidents })),
    chosen,
    most,
    placeName,
  )
}

/** Kinds of weather in their own order; of hours of which nothing is known too, for that can be chosen. */
export function weatherBars(weather: IncidentOverview['weather'], chosen: readonly string[]): Bar[] {
  const order: readonly string[] = WEATHERS
  return barsOf(
    weather.map(({ weather: word, incidents }) => ({ value: word ?? UNKNOWN_WEATHER, incidents })),
    chosen,
    order.length,
    weatherLabel,
  ).sort((a, b) => order.indexOf(a.value ?? '') - order.indexOf(b.value ?? ''))
}

/** What counts by weather mean; where none is known, what to do about it. */
export function weatherNote(weather: IncidentOverview['weather']): string | null {
  if (weather.length === 0) return null
  return weather.every(({ weather: word }) => word === null)
    ? 'No weather of these days was brought in: arterial import weather reads daily and hourly files.'
    : 'It is dry most of the time: the comparison says how many more come in rain or snow.'
}

/** The `most` largest; what is chosen stays in sight though it be small. */
function barsOf(
  rows: readonly Counted[],
  chosen: readonly string[],
  most: number,
  nameOf: (value: string) => string,
): Bar[] {
  const missing = chosen
    .filter(value => !rows.some(row => row.value === value))
    .map(value => ({ value, incidents: 0 }))
  const sorted = [...rows, ...missing].sort((a, b) => b.incidents - a.incidents)
  const top = Math.max(1, sorted[0]?.incidents ?? 0)
  const isChosen = (value: string | null) => value !== null && chosen.includes(value)
  return sorted
    .filter(({ value }, i) => i < most || isChosen(value))
    .map(({ value, incidents }) => ({
      ...{ value, incidents, share: incidents / top, chosen: isChosen(value) },
      label: value === null ? 'Not known' : nameOf(value),
    }))
}

/** Known values of a place, for its filter. */
export function namesOf(values: readonly (string | null)[]): string[] {
  return values.filter(value => value !== null).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}
