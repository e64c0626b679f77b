import { DAY_MS } from '../../../../../src/serve/contract/spans.ts'
import type { HistoryParameter } from '../../../ui/address.ts'

/** Which incidents are meant. Days are the city's, both ends included; an empty list means all. */
export interface HistoryChoice {
  readonly from: string | null
  readonly to: string | null
  readonly types: readonly string[]
  readonly quadrants: readonly string[]
  readonly communities: readonly string[]
  /** 1 Monday … 7 Sunday. */
  readonly weekdays: readonly number[]
  /** `unknown` is of hours of which nothing is known. */
  readonly weather: readonly string[]
  /** First and last hour, both included; a first one after the last passes midnight. */
  readonly hours: readonly [number, number] | null
  readonly words: string | null
}

type Held = Readonly<Record<HistoryParameter, string | null>>
/** A change of the address; null lets go. */
export type Change = Partial<Record<HistoryParameter, string | null>>

export const ALL: HistoryChoice = {
  ...{ from: null, to: null, types: [], quadrants: [], communities: [], weekdays: [], hours: null },
  weather: [],
  words: null,
}
/** Takes back every choice. */
export const RESET: Change = {
  ...{ from: null, to: null, type: null, quadrant: null, community: null, weekday: null },
  ...{ weather: null, hours: null, words: null, moment: null, place: null },
}
export const UNKNOWN_WEATHER = 'unknown'
/** As the server calls them, in the order of a list. */
export const WEATHERS = ['dry', 'rain', 'heavy_rain', 'snow', 'heavy_snow', 'fog', UNKNOWN_WEATHER] as const
/** Between several values of one parameter: names of places hold commas. */
const OR = '|'
const HOURS = /^(\d{1,2})-(\d{1,2})$/

/** What an address says; what makes no sense in it is passed over. */
export function choiceOf(held: Held): HistoryChoice {
  const [from, to] = [dayOf(held.from), dayOf(held.to)]
  const swapped = from !== null && to !== null && from > to
  return {
    from: swapped ? to : from,
    to: swapped ? from : to,
    types: listOf(held.type),
    quadrants: listOf(held.quadrant),
    communities: listOf(held.community),
    weekdays: listOf(held.weekday)
      .map(Number)
      .filter(day => Number.isInteger(day) && day >= 1 && day <= 7),
    weather: listOf(held.weather).filter(word => (WEATHERS as readonly string[]).includes(word)),
    hours: hoursOf(held.hours),
    words: held.words === null || held.words.trim() === '' ? null : held.words.trim().slice(0, 128),
  }
}

export function isAll(choice: HistoryChoice): boolean {
  return choiceText(choice) === ''
}

/** The choice as the server's addresses take it; to is the first day that is not meant. */
export function choiceText({ hours, words, ...choice }: HistoryChoice): string {
  const text = new URLSearchParams()
  if (choice.from !== null) text.append('from', choice.from)
  if (choice.to !== null) text.append('to', dayAfter(choice.to, 1))
  for (const type of choice.types) text.append('type', type)
  for (const quadrant of choice.quadrants) text.append('quadrant', quadrant)
  for (const community of choice.communities) text.append('community', community)
  for (const weekday of choice.weekdays) text.append('weekday', String(weekday))
  for (const weather of choice.weather) text.append('weather', weather)
  if (hours !== null) {
    text.append('hour_from', String(hours[0]))
    text.append('hour_to', String(hours[1]))
  }
  if (words !== null) text.append('words', words)
  return text.toString()
}

/** Of the choice the kinds alone: what is asked of a place has days of its own. */
export function kindsText({ types, words }: HistoryChoice): string {
  return choiceText({ ...ALL, types, words })
}

/** The list with the value taken in, or out of it; null when nothing is left. */
export function switched(values: readonly (string | number)[], value: string | number): string | null {
  const next = values.includes(value) ? values.filter(each => each !== value) : [...values, value]
  return next.length === 0 ? null : next.join(OR)
}

/** One hour of one weekday; chosen again, it is let go. */
export function switchedCell(choice: HistoryChoice, weekday: number, hour: number): Change {
  return isCell(choice, weekday, hour)
    ? { weekday: null, hours: null }
    : { weekday: String(weekday), hours: `${hour}-${hour}` }
}

function isCell({ weekdays, hours }: HistoryChoice, weekday: number, hour: number): boolean {
  return weekdays.length === 1 && weekdays[0] === weekday && hours?.[0] === hour && hours[1] === hour
}

/** Is this hour of this weekday among what is chosen? */
export function holdsCell({ weekdays, hours }: HistoryChoice, weekday: number, hour: number): boolean {
  if (weekdays.length > 0 && !weekdays.includes(weekday)) return false
  if (hours === null) return true
  const [first, last] = hours
  return first <= last ? hour >= first && hour <= last : hour >= first || hour <= last
}

export function hoursText(first: number, last: number): string | null {
  return first === 0 && last === 23 ? null : `${first}-${last}`
}

/** A whole year, a month of it, or all of the record. */
export function rangeOf(year: string, month: string): Change {
  if (year === '') return { from: null, to: null, moment: null }
  if (month === '') return { from: `${year}-01-01`, to: `${year}-12-31`, moment: null }
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
  return { from: `${year}-${month}-01`, to: `${year}-${month}-${last}`, moment: null }
}

/** The year and month that a range is, each empty where it is none. */
export function presetOf({ from, to }: Pick<HistoryChoice, 'from' | 'to'>): { year: string; month: string } {
  const none = { year: '', month: '' }
  if (from === null || to === null) return none
  const [year, month] = [from.slice(0, 4), from.slice(5, 7)]
  const isOf = (wanted: Change) => wanted.from === from && wanted.to === to
  if (isOf(rangeOf(year, ''))) return { year, month: '' }
  return isOf(rangeOf(year, month)) ? { year, month } : none
}

export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10)
}

function dayOf(text: string | null): string | null {
  if (text === null || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null
  const ms = Date.parse(text)
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text ? null : text
}

function listOf(text: string | null): string[] {
  return [...new Set((text ?? '').split(OR).filter(value => value !== ''))].slice(0, 200)
}

function hoursOf(text: string | null): readonly [number, number] | null {
  const [, first, last] = HOURS.exec(text ?? '') ?? []
  if (first === undefined || last === undefined) return null
  const hours = [Number(first), Number(last)] as const
  return hours.every(hour => hour <= 23) && !(hours[0] === 0 && hours[1] === 23) ? hours : null
}
