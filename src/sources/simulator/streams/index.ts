import type { Calendar, UtcOffset } from '../calendar/index.ts'
import { DAY_MS } from '../../../core/time/spans.ts'
import { calendarOf } from '../calendar/index.ts'
import type { City } from '../city.ts'
import type { TrafficModel } from '../model.ts'
import { deviceFeed, eventFeed, workZoneFeed } from './calendar-feeds.ts'
import { camerasOf } from './cameras.ts'
import type { Dated, Feed } from './feed.ts'
import { camerasCounting, observationFeed } from './observations.ts'
import type { Cameras } from './observations.ts'
import type { PresentThings, Register } from './city-register.ts'
import { foreignEnds, registerLines, registersOf } from './city-register.ts'
import { kindsOf } from './sky.ts'
import type { KindAt } from './sky.ts'
import { stationsOf } from './stations.ts'
import { FORECAST_STEP_MS, forecastFeed, WEATHER_STEP_MS, weatherFeed } from './weather.ts'

export type { CameraCount, Cameras } from './observations.ts'
export type { PresentThing, PresentThings } from './city-register.ts'
export { MOST_MISSED } from './observations.ts'

/** Lines of one stream, for one append. */
export interface StreamLines {
  readonly stream: string
  readonly lines: Buffer
  readonly count: number
  /** The newest of their own times. */
  readonly lastMs: number
}

/** What the lake holds of the simulator's streams, by name; a stream that it holds nothing of may be missing. */
export type Present = ReadonlyMap<string, PresentThings>

export interface StreamGenerator {
  /**
   * What must be there before the first moment: registers, what was announced before, and the last weather and forecast of
   * streams that are empty.
   */
  opening(fromMs: number, nowMs: number, present: Present): StreamLines[]
  /** What was said of events and roadworks with `fromMs <= time < toMs`: the one thing that a gap may not leave out. */
  announced(fromMs: number, toMs: number): StreamLines[]
  /** Everything with `fromMs <= time < toMs`; `coarse` for a past that is filled: camera observations each quarter of an hour. */
  between(fromMs: number, toMs: number, coarse: boolean): StreamLines[]
}

/** All of the simulated city beside its readings: one weather, one calendar, one set of cameras. */
export interface SimulatedWorld {
  readonly city: City
  readonly offset: UtcOffset
  readonly calendar: Calendar
  readonly kindAt: KindAt
  readonly cameras: Cameras
}

/** All that it can say. */
export const simulatedStreams = [
  'stations',
  'venues',
  'cameras',
  'events',
  'work-zones',
  'field-devices',
  'weather',
  'weather-forecasts',
  'camera-observations',
] as const

const MAX_LINES = 10_000
/** Announcements are at most so old when what they announce ends: two weeks and a prolonged bridge. */
const ANNOUNCED_MS = 21 * DAY_MS

export function worldOf(
  city: City,
  model: TrafficModel,
  offset: UtcOffset,
  calendar: Calendar = calendarOf(city, offset),
): SimulatedWorld {
  const kindAt = kindsOf(city)
  return {
    city,
    offset,
    calendar,
    kindAt,
    cameras: camerasCounting(city, model, offset, kindAt, camerasOf(city)),
  }
}

/** @param names the streams that somebody loads; others are not generated */
export function streamGenerator(world: SimulatedWorld, names: ReadonlySet<string>): StreamGenerator {
  const { city, offset, calendar, kindAt, cameras } = world
  const stations = stationsOf(city)
  const place = { city, offset, kindAt, stations }
  const announced = [
    eventFeed(calendar, offset),
    workZoneFeed(calendar, offset),
    deviceFeed(calendar, offset),
  ].filter(wanted)
  const measured = [weatherFeed(place), forecastFeed(place), observationFeed(cameras)].filter(wanted)
  const registers = registersOf(stations, calendar.venues, cameras.cameras).filter(wanted)
  const feeds = [...announced, ...measured]

  function wanted({ stream }: { readonly stream: string }): boolean {
    return names.has(stream)
  }

  return {
    opening: (fromMs, nowMs, present) => [
      ...registers.flatMap(register => registered(register, present, city, nowMs)),
      ...announced.flatMap(feed => announcements(feed, fromMs, nowMs, present, calendar.tag)),
      ...measured
        .filter(({ stream }) => !present.has(stream))
        .flatMap(feed => linesOf(feed.stream, last(feed, fromMs, cameras.spanS * 1000))),
    ],
    announced: (fromMs, toMs) =>
      announced.flatMap(feed => linesOf(feed.stream, feed.between(fromMs, toMs, true))),
    between: (fromMs, toMs, coarse) =>
      feeds.flatMap(feed => linesOf(feed.stream, feed.between(fromMs, toMs, coarse))),
  }
}

function registered(register: Register, present: Present, city: City, nowMs: number): StreamLines[] {
  const records = registerLines(register, present.get(register.stream) ?? new Map(), city)
  return linesOf(
    register.stream,
    records.map(record => ({ atMs: nowMs, record })),
  )
}

/** All versions said before of what is not long over. They come at each start: what is there already is a repeat. */
function announcements(
  feed: Feed,
  fromMs: number,
  nowMs: number,
  present: Present,
  tag: string,
): StreamLines[] {
  const stream = feed.stream as 'events' | 'work-zones' | 'field-devices'
  const ends = foreignEnds(stream, present.get(stream) ?? new Map(), tag, nowMs)
  return [
    ...linesOf(
      stream,
      ends.map(record => ({ atMs: nowMs, record })),
    ),
    ...linesOf(stream, feed.between(fromMs - ANNOUNCED_MS, fromMs, true)),
  ]
}

/** The last records before an instant. */
function last(feed: Feed, fromMs: number, spanMs: number): Dated[] {
  const stepMs = { weather: WEATHER_STEP_MS, 'weather-forecasts': FORECAST_STEP_MS }[feed.stream] ?? spanMs
  const lastMs = (Math.ceil(fromMs / stepMs) - 1) * stepMs
  return feed.between(lastMs, lastMs + 1, false)
}

function linesOf(stream: string, records: readonly Dated[]): StreamLines[] {
  return Array.from({ length: Math.ceil(records.length / MAX_LINES) }, (_, i) => {
    const own = records.slice(i * MAX_LINES, (i + 1) * MAX_LINES)
    return {
      stream,
      lines: Buffer.from(own.map(({ record }) => JSON.stringify(record) + '\n').join('')),
      count: own.length,
      lastMs: own.reduce((newest, { atMs }) => Math.max(newest, atMs), -Infinity),
    }
  })
}
