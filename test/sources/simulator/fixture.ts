import { zoneOffsets, offsetMsAt } from '../../../src/core/time/index.ts'
import { buildCity, profileTraffic, readingGenerator } from '../../../src/sources/simulator/index.ts'
import type { CityConfig } from '../../../src/sources/simulator/index.ts'

export const config: CityConfig = {
  latitude: 40.7128,
  longitude: -74.006,
  gridSize: 10,
  intervalS: 30,
  weatherIntervalS: 300,
  seed: 42,
  readingsPerMinute: null,
}

const newYork = zoneOffsets('America/New_York')

/** Local time of New York minus UTC. */
export const offset = (utcMs: number) => offsetMsAt(newYork, utcMs)

export function simulation(changed: Partial<CityConfig> = {}, maxLines?: number) {
  const city = buildCity({ ...config, ...changed })
  const model = profileTraffic(city, offset)
  return { city, model, generator: readingGenerator(city, model, maxLines) }
}

/** All lines of a window. */
export function linesBetween(from: string, to: string, changed: Partial<CityConfig> = {}): string[] {
  const { generator } = simulation(changed)
  return [...generator.between(Date.parse(from), Date.parse(to))].flatMap(({ lines }) =>
    lines.toString().trimEnd().split('\n'),
  )
}
