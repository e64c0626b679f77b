import type { FeatureCollection, LineString } from 'geojson'
import { streetsOf, type Place } from './streets.ts'

/** West, south, east, north. */
export type Bounds = readonly [number, number, number, number]

/** Keeps a city of one site from being fitted to a single point. */
const LEAST_DEGREES = 0.004
/** Places farther from the middle than this many times the usual distance are mistakes; they stay, but do not set the view. */
const FAR = 12

/** What the view is fitted to; null without places. */
export function boundsOf(places: readonly Pick<Place, 'longitude' | 'latitude'>[]): Bounds | null {
  if (places.length === 0) return null
  const middle = [middleOf(places.map(p => p.longitude)), middleOf(places.map(p => p.latitude))] as const
  const distance = (p: Pick<Place, 'longitude' | 'latitude'>) =>
    Math.hypot(p.longitude - middle[0], p.latitude - middle[1])
  const usual = middleOf(places.map(distance))
  const near = places.filter(place => usual === 0 || distance(place) <= usual * FAR)
  const [west, east] = spread(near.map(p => p.longitude))
  const [south, north] = spread(near.map(p => p.latitude))
  return [west, south, east, north]
}

/** What the view is fitted to: the sites, with the ends and names of their streets where there are any. */
export function viewBounds(places: readonly Place[], ownStreets: boolean): Bounds | null {
  const streets = ownStreets ? streetsOf(places) : null
  if (streets === null) return boundsOf(places)
  const ends = [
    ...streets.lines.features.flatMap(feature => feature.geometry.coordinates),
    ...streets.labels.features.map(feature => feature.geometry.coordinates),
  ]
  return boundsOf(ends.map(([longitude = 0, latitude = 0]) => ({ longitude, latitude })))
}

/** Even lines of longitude and latitude: a quiet ground for a city without streets. About six a side. */
export function graticule([west, south, east, north]: Bounds): FeatureCollection<LineString> {
  const step = niceStep(Math.max(east - west, north - south) / 6)
  const [width, height] = [east - west, north - south]
  const meridians = range(west - width, east + width, step).map(x =>
    line([x, south - height], [x, north + height]),
  )
  const parallels = range(south - height, north + height, step).map(y =>
    line([west - width, y], [east + width, y]),
  )
  return { type: 'FeatureCollection', features: [...meridians, ...parallels] }
}

function line(
  from: [number, number],
  to: [number, number],
): FeatureCollection<LineString>['features'][number] {
  return { type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: [from, to] } }
}

function range(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step)
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, i) => (first + i) * step)
}

/** 1, 2 or 5 of a power of ten. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  return ([1, 2, 5].find(n => n * power >= rough) ?? 10) * power
}

function spread(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const missing = Math.max(0, LEAST_DEGREES - (high - low)) / 2
  return [low - missing, high + missing]
}

function middleOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
