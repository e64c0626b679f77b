import type { Place } from '../../../insight/hotspots/index.ts'
import type { Moments } from '../../../lake/read/incident-record/index.ts'
import { dayText, rounded } from './moments.ts'
import type { Days } from './periods.ts'

/** Coordinates to a metre. */
const DECIMALS = 5

export function placesOf({ latitudes, longitudes }: Moments): Place[] {
  return latitudes.map((latitude, i) => ({ latitude, longitude: longitudes[i] ?? 0 }))
}

export function periodText({ fromDay, toDay, covered }: Days, { types }: Moments) {
  return { from: dayText(fromDay), to: dayText(toDay), covered_days: covered, incidents: types.length }
}

export function cornersOf(outline: readonly (readonly [number, number])[]): [number, number][] {
  return outline.map(([longitude, latitude]) => [rounded(longitude, DECIMALS), rounded(latitude, DECIMALS)])
}

export function placeText({ latitude, longitude }: Place) {
  return { latitude: rounded(latitude, DECIMALS), longitude: rounded(longitude, DECIMALS) }
}

/** What reports say of a place: the most frequent title and community of some of them. */
export function nameOf(members: readonly number[], { titles, communities }: Moments) {
  return {
    title: mostFrequent(members.map(i => titles[i] ?? null)),
    community: mostFrequent(members.map(i => communities[i] ?? null)),
  }
}

/** The most frequent; of equals the one that comes first. Null where nothing is known. */
function mostFrequent(values: readonly (string | null)[]): string | null {
  const counts = new Map<string, number>()
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].reduce<[string | null, number]>(
    (best, each) => (each[1] > best[1] ? each : best),
    [null, 0],
  )[0]
}
