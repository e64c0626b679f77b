import { count, words } from '../../../ui/format.ts'
import { hoursText, switched, type Change, type HistoryChoice } from './choice.ts'

/** What kinds of incidents have in common: told apart by shape and colour. */
export type Family = 'collision' | 'person' | 'stalled' | 'road'

export const FAMILIES: readonly { readonly family: Family; readonly label: string }[] = [
  { family: 'person', label: 'Someone unprotected' },
  { family: 'collision', label: 'Vehicles collided' },
  { family: 'stalled', label: 'Stalled vehicle' },
  { family: 'road', label: 'Road, signal, other' },
]

const OF_TYPE: Readonly<Record<string, { readonly family: Family; readonly label: string }>> = {
  pedestrian: { family: 'person', label: 'Pedestrian' },
  cyclist: { family: 'person', label: 'Cyclist' },
  motorcycle: { family: 'person', label: 'Motorcycle' },
  'multi-vehicle': { family: 'collision', label: 'Several vehicles' },
  'two-vehicle': { family: 'collision', label: 'Two vehicles' },
  'single-vehicle': { family: 'collision', label: 'Single vehicle' },
  stalled: { family: 'stalled', label: 'Stalled vehicle' },
  signal: { family: 'road', label: 'Traffic signal' },
  weather: { family: 'road', label: 'Weather' },
  closure: { family: 'road', label: 'Closure or works' },
  other: { family: 'road', label: 'Other' },
}

export function typeLabel(type: string): string {
  return OF_TYPE[type]?.label ?? words(type)
}

export function familyOf(type: string): Family {
  return OF_TYPE[type]?.family ?? 'road'
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
export const WEEKDAY_NUMBERS = [1, 2, 3, 4, 5, 6, 7] as const

export function weekdayName(weekday: number): string {
  return WEEKDAYS[weekday - 1] ?? ''
}

const WEATHER_LABELS: Readonly<Record<string, string>> = {
  dry: 'Dry',
  rain: 'Rain',
  heavy_rain: 'Heavy rain',
  snow: 'Snow',
  heavy_snow: 'Heavy snow',
  fog: 'Fog',
  unknown: 'Weather not known',
}

export function weatherLabel(weather: string): string {
  return WEATHER_LABELS[weather] ?? words(weather)
}

/** "BELTLINE" → "Beltline": names that come in capitals are hard to read. */
export function placeName(name: string): string {
  if (name !== name.toUpperCase()) return name
  return name.toLowerCase().replaceAll(/(^|[\s/(-])\p{L}/gu, letter => letter.toUpperCase())
}

/** 07:00–09:59 */
export function hoursWords([first, last]: readonly [number, number]): string {
  return `${two(first)}:00–${two(last)}:59`
}

/** "4 May 2018" of a local day. */
export function dayWords(day: string): string {
  return DAY.format(Date.parse(day))
}

const DAY = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
})

export function rangeWords(from: string | null, to: string | null): string {
  if (from === null && to === null) return 'all of the record'
  if (from === to && from !== null) return dayWords(from)
  if (from === null) return `until ${dayWords(to ?? '')}`
  return to === null ? `since ${dayWords(from)}` : `${dayWords(from)} – ${dayWords(to)}`
}

export interface Chip {
  readonly key: string
  readonly label: string
  /** Takes this one choice back. */
  readonly without: Change
}

/** Everything that is chosen, each to be taken back by itself. */
export function chipsOf(choice: HistoryChoice): Chip[] {
  const chips: Chip[] = []
  const add = (key: string, label: string, without: Change) => chips.push({ key, label, without })
  if (choice.from !== null || choice.to !== null)
    add('range', rangeWords(choice.from, choice.to), { from: null, to: null, moment: null })
  for (const type of choice.types)
    add(`type ${type}`, typeLabel(type), { type: switched(choice.types, type) })
  for (const quadrant of choice.quadrants)
    add(`quadrant ${quadrant}`, `Quadrant ${quadrant}`, { quadrant: switched(choice.quadrants, quadrant) })
  for (const community of choice.communities)
    add(`community ${community}`, placeName(community), {
      community: switched(choice.communities, community),
    })
  for (const weekday of choice.weekdays)
    add(`weekday ${weekday}`, weekdayName(weekday), { weekday: switched(choice.weekdays, weekday) })
  for (const weather of choice.weather)
    add(`weather ${weather}`, weatherLabel(weather), { weather: switched(choice.weather, weather) })
  if (choice.hours !== null) add('hours', hoursWords(choice.hours), { hours: hoursText(0, 23) })
  if (choice.words !== null) add('words', `“${choice.words}”`, { words: null })
  return chips
}

/** The rules of reporting were others before 2019, and again from 2023 on (the record's own description). */
const WORDING_CHANGED = ['2019-01-01', '2023-01-01']

/** Why counts of one type do not compare over these days; null where they do. */
export function wordingNote(firstDay: string | null, lastDay: string | null): string | null {
  if (firstDay === null || lastDay === null) return null
  const crossed = WORDING_CHANGED.filter(day => firstDay < day && lastDay >= day)
  if (crossed.length === 0) return null
  const years = crossed.map(day => day.slice(0, 4)).join(' and ')
  return `The wording of reports changed in ${years}: counts by type do not compare across it.`
}

export function incidents(number: number): string {
  return number === 1 ? '1 incident' : `${count(number)} incidents`
}

function two(hour: number): string {
  return String(hour).padStart(2, '0')
}
