import { createHash } from 'node:crypto'
import type { Ask } from './ask.ts'

/** What an hour is called, by code; 0 is not known. */
export const WEATHER_WORDS = [null, 'dry', 'rain', 'heavy_rain', 'snow', 'heavy_snow', 'fog'] as const
export type WeatherWord = NonNullable<(typeof WEATHER_WORDS)[number]>

/** What the weather of the city was, hour by hour; see gold.city_weather. */
export interface CityWeather {
  /** Of the first hour, h since 1970 UTC. */
  readonly firstHour: number
  /** Codes of WEATHER_WORDS, one an hour. */
  readonly codes: Uint8Array
  /** 1 where only the day of the hour is known. */
  readonly isOfDay: Uint8Array
  /** Another text where anything of it is another. */
  readonly digest: string
}

export interface WeatherMemoryDeps {
  readonly ask: Ask
  /** Monotonic, ms. */
  readonly now: () => number
}

const HOUR_S = 3_600
/** Nobody looks at the past to see what it rains now. */
const FRESH_MS = 60_000
const NONE: CityWeather = { firstHour: 0, codes: new Uint8Array(), isOfDay: new Uint8Array(), digest: '' }

/** The weather of all hours in memory, a byte or two each; read again when it is asked for and a minute old, while the older one answers. */
export class WeatherMemory {
  readonly #deps: WeatherMemoryDeps
  #held: CityWeather | null = null
  #readAtMs = -Infinity
  #reading: Promise<CityWeather> | null = null

  constructor(deps: WeatherMemoryDeps) {
    this.#deps = deps
  }

  async now(): Promise<CityWeather> {
    if (this.#deps.now() - this.#readAtMs >= FRESH_MS) {
      this.#reading ??= this.#read().finally(() => (this.#reading = null))
      if (this.#held === null) return this.#reading
      // What was known a minute ago is no worse for the trouble; whoever asks next tries again.
      this.#reading.catch(() => undefined)
    }
    return this.#held ?? NONE
  }

  async #read(): Promise<CityWeather> {
    const atMs = this.#deps.now()
    this.#held = await readCityWeather(this.#deps.ask)
    this.#readAtMs = atMs
    return this.#held
  }
}

/** Code of WEATHER_WORDS of the hour of an instant. */
export function weatherCodeAt({ firstHour, codes }: CityWeather, atS: number): number {
  return codes[Math.floor(atS / HOUR_S) - firstHour] ?? 0
}

export function weatherAt(weather: CityWeather, atS: number): WeatherWord | null {
  return WEATHER_WORDS[weatherCodeAt(weather, atS)] ?? null
}

interface WeatherRows {
  readonly hours: readonly number[]
  readonly words: readonly string[]
  readonly ofDay: readonly number[]
}

const WEATHER = `SELECT groupArray(intDiv(toUnixTimestamp(w.window_start), 3600)) AS hours, groupArray(w.weather) AS words,
    groupArray(toUInt8(w.known_by = 'day')) AS ofDay
  FROM gold.city_weather AS w`

async function readCityWeather(ask: Ask): Promise<CityWeather> {
  const [rows] = await ask<WeatherRows>(WEATHER, {})
  if (rows === undefined || rows.hours.length === 0) return NONE
  const firstHour = rows.hours.reduce((a, b) => Math.min(a, b))
  const lastHour = rows.hours.reduce((a, b) => Math.max(a, b))
  const codes = new Uint8Array(lastHour - firstHour + 1)
  const isOfDay = new Uint8Array(codes.length)
  const codeOf = new Map<string | null, number>(WEATHER_WORDS.map((word, code) => [word, code]))
  rows.hours.forEach((hour, i) => {
    codes[hour - firstHour] = codeOf.get(rows.words[i] ?? null) ?? 0
    isOfDay[hour - firstHour] = rows.ofDay[i] ?? 0
  })
  const digest = createHash('sha256').update(String(firstHour)).update(codes).update(isOfDay).digest('hex')
  return { firstHour, codes, isOfDay, digest }
}
