import { buildCity, profileTraffic, readingGenerator } from '../../src/sources/simulator/index.ts'
import type { ReadingLines } from '../../src/sources/simulator/index.ts'

/** Each sensor reports so often, s. */
export const INTERVAL_S = 30
const DAY_MS = 86_400_000
/** The city's clock in these readings: UTC−5 all year, so that they are the same on every day of the benchmark. */
const UTC_OFFSET_MS = -5 * 3_600_000

export interface CityLoad {
  readonly sensors: number
  readonly seed: number
}

/** Readings as sensors send them, in one piece of memory. */
export interface Readings {
  readonly bytes: Buffer
  readonly count: number
  /** Byte offset of every `STEP`th line, and of the end. */
  readonly starts: readonly number[]
}

/** Lines between two offsets. */
export const STEP = 200

/** The generator of a city of so many sensors. */
export function cityReadings({ sensors, seed }: CityLoad, maxLines: number) {
  const city = buildCity({
    latitude: 40.7128,
    longitude: -74.006,
    gridSize: 10,
    intervalS: INTERVAL_S,
    weatherIntervalS: 300,
    seed,
    readingsPerMinute: (sensors * 60) / INTERVAL_S,
  })
  return {
    city,
    generator: readingGenerator(
      city,
      profileTraffic(city, () => UTC_OFFSET_MS),
      maxLines,
    ),
  }
}

/** So many readings, a sensor's every 30 s from a midnight (UTC) on, the last of them before `nowMs`. */
export function* pastReadings(count: number, load: CityLoad, nowMs: number): Generator<ReadingLines> {
  const { generator } = cityReadings(load, STEP)
  const spanMs = Math.ceil(count / load.sensors) * INTERVAL_S * 1000
  const fromMs = Math.floor((nowMs - spanMs) / DAY_MS) * DAY_MS
  let left = count
  for (const chunk of generator.between(fromMs, fromMs + spanMs)) {
    yield chunk.count <= left ? chunk : { ...chunk, lines: firstLines(chunk.lines, left), count: left }
    left -= chunk.count
    if (left <= 0) return
  }
}

/** The same in memory. `count` is rounded up to whole steps. */
export function readingsInMemory(count: number, load: CityLoad, nowMs: number): Readings {
  const whole = Math.ceil(count / STEP) * STEP
  const parts: Buffer[] = []
  const starts = [0]
  let bytes = 0
  let lines = 0
  for (const chunk of pastReadings(whole, load, nowMs)) {
    parts.push(chunk.lines)
    for (let at = 0, i = 1; i <= chunk.count; i++) {
      at = chunk.lines.indexOf(10, at) + 1
      if ((lines + i) % STEP === 0) starts.push(bytes + at)
    }
    bytes += chunk.lines.length
    lines += chunk.count
  }
  return { bytes: Buffer.concat(parts), count: lines, starts }
}

/** The lines from `from` to `to`, both multiples of `STEP` (or the end). */
export function slice({ bytes, starts }: Readings, from: number, to: number): Buffer {
  return bytes.subarray(starts[from / STEP], starts[Math.ceil(to / STEP)])
}

function firstLines(lines: Buffer, count: number): Buffer {
  let at = 0
  for (let i = 0; i < count; i++) at = lines.indexOf(10, at) + 1
  return lines.subarray(0, at)
}
