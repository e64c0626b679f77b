import { DAY_MS } from '../../../../core/time/spans.ts'
import { UNKNOWN_WEATHER, type IncidentChoice } from '../choice.ts'
import { WEATHER_WORDS, weatherCodeAt, type CityWeather } from '../city-weather.ts'
import type { Dictionaries, MonthColumns } from './month.ts'

/** Rows of a month that are meant, 1 each; re-posts never are. A column at a time, because that is what a processor is quick at. */
export type Choose = (month: MonthColumns) => Uint8Array

/** Clears what is not meant. */
type Sieve = (month: MonthColumns, meant: Uint8Array) => void

/** What there is a sieve for. */
const OF_MOMENTS: readonly (keyof IncidentChoice)[] = [
  'from',
  'to',
  'weekdays',
  'hourFrom',
  'hourTo',
  'weather',
]
const OF_PLACES: readonly (keyof IncidentChoice)[] = ['types', 'quadrants', 'communities', 'words', 'box']
const SIEVED = new Set<string>([...OF_MOMENTS, ...OF_PLACES])

/** Whether these columns can tell what is chosen. */
export function canChoose(choice: IncidentChoice): boolean {
  return Object.entries(choice).every(([name, value]) => value === undefined || SIEVED.has(name))
}

/** What is chosen; the same as the condition that is asked of the engine. */
export function chooseOf(choice: IncidentChoice, dictionaries: Dictionaries, weather: CityWeather): Choose {
  const sieves = [
    ...[...momentSieves(choice), ...weatherSieves(choice, weather)],
    ...[...textSieves(choice, dictionaries), ...boxSieves(choice)],
  ]
  return month => {
    const meant = month.isReport.slice()
    for (const sieve of sieves) sieve(month, meant)
    return meant
  }
}

/** Days since 1970 of `2024-01-31`. */
export function dayNumber(day: string): number {
  return Math.round(Date.parse(day) / DAY_MS)
}

/** Whether a month has any day of the range. */
export function mayHave({ firstDay, lastDay }: MonthColumns, { from, to }: IncidentChoice): boolean {
  return (from === undefined || lastDay >= dayNumber(from)) && (to === undefined || firstDay < dayNumber(to))
}

function momentSieves({ from, to, weekdays, hourFrom = 0, hourTo = 23 }: IncidentChoice): Sieve[] {
  const sieves: Sieve[] = []
  if (from !== undefined || to !== undefined) {
    const first = from === undefined ? 0 : dayNumber(from)
    const end = to === undefined ? Infinity : dayNumber(to)
    sieves.push(({ day }, meant) =>
      day.forEach((value, row) => {
        if (value < first || value >= end) meant[row] = 0
      }),
    )
  }
  if (weekdays !== undefined && weekdays.length > 0) {
    const isMeant = Uint8Array.from({ length: 8 }, (_, weekday) => Number(weekdays.includes(weekday)))
    sieves.push(({ weekday }, meant) => keep(meant, weekday, isMeant))
  }
  if (hourFrom !== 0 || hourTo !== 23) {
    const passesMidnight = hourFrom > hourTo
    const isMeant = Uint8Array.from({ length: 24 }, (_, hour) =>
      Number(passesMidnight ? hour >= hourFrom || hour <= hourTo : hour >= hourFrom && hour <= hourTo),
    )
    sieves.push(({ hour }, meant) => keep(meant, hour, isMeant))
  }
  return sieves
}

function weatherSieves({ weather: wanted }: IncidentChoice, weather: CityWeather): Sieve[] {
  if (wanted === undefined || wanted.length === 0) return []
  const isMeant = Uint8Array.from(WEATHER_WORDS, word => Number(wanted.includes(word ?? UNKNOWN_WEATHER)))
  return [
    ({ startedS }, meant) =>
      startedS.forEach((startS, row) => {
        meant[row] = at(meant, row) & at(isMeant, weatherCodeAt(weather, startS))
      }),
  ]
}

function textSieves(
  { types, quadrants, communities, words }: IncidentChoice,
  dictionaries: Dictionaries,
): Sieve[] {
  const sieves: Sieve[] = []
  const anyOf = (name: 'type' | 'quadrant' | 'community', wanted: readonly string[] | undefined) => {
    if (wanted === undefined || wanted.length === 0) return
    const isMeant = dictionaries[name].where(text => text !== null && wanted.includes(text))
    sieves.push((month, meant) => keep(meant, month[name], isMeant))
  }
  anyOf('type', types)
  anyOf('quadrant', quadrants)
  anyOf('community', communities)
  if (words !== undefined) {
    const wanted = words.toLowerCase()
    const has = (text: string | null) => text?.toLowerCase().includes(wanted) === true
    const [inTitle, inDescription] = [dictionaries.title.where(has), dictionaries.description.where(has)]
    sieves.push(({ title, description }, meant) =>
      meant.forEach((is, row) => {
        if (is === 1) meant[row] = at(inTitle, at(title, row)) | at(inDescription, at(description, row))
      }),
    )
  }
  return sieves
}

function boxSieves({ box }: IncidentChoice): Sieve[] {
  if (box === undefined) return []
  const [west, south, east, north] = box
  const within = (column: Float64Array, from: number, to: number, meant: Uint8Array) =>
    column.forEach((value, row) => {
      if (value < from || value > to) meant[row] = 0
    })
  return [
    ({ longitude }, meant) => within(longitude, west, east, meant),
    ({ latitude }, meant) => within(latitude, south, north, meant),
  ]
}

/** Keeps the rows whose code is meant. */
function keep(meant: Uint8Array, codes: Uint8Array | Uint32Array, isMeant: Uint8Array): void {
  for (let row = 0; row < meant.length; row++) meant[row] = at(meant, row) & at(isMeant, at(codes, row))
}

/** A column has every row. */
export function at(column: Uint8Array | Uint16Array | Uint32Array, row: number): number {
  return column[row] ?? 0
}
