import { FeedError } from '../feed-error.ts'
import { METRES_PER_DEGREE, metresPerDegreeEast } from './metres.ts'

/** Longitudes and latitudes in turn, degrees; the last position repeats the first. */
export type Ring = Float64Array

/** An area of any number of polygons: all their rings, outer ones and holes. What an odd number of rings holds is inside. */
export interface Area {
  readonly rings: readonly Ring[]
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
}

const RING = /\(([^()]+)\)/g

/**
 * The area of a WKT `POLYGON` or `MULTIPOLYGON`.
 * @throws {FeedError} when the text is neither
 */
export function areaOfWkt(text: string): Area {
  const shown = text.slice(0, 40)
  if (!/^\s*(?:SRID=4326;)?\s*(?:MULTI)?POLYGON\s*\(/i.test(text))
    throw new FeedError(`is no WKT POLYGON or MULTIPOLYGON: ${JSON.stringify(shown)}`)
  const rings = [...text.matchAll(RING)].map(([, positions = '']) => ringOf(positions, shown))
  if (rings.length === 0) throw new FeedError(`has no ring: ${JSON.stringify(shown)}`)
  return areaOf(rings)
}

/** An area of these rings, with its bounds. */
export function areaOf(rings: readonly Ring[]): Area {
  const longitudes = rings.flatMap(ring => [...ring].filter((_, i) => i % 2 === 0))
  const latitudes = rings.flatMap(ring => [...ring].filter((_, i) => i % 2 === 1))
  const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Infinity)
  const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), -Infinity)
  return {
    rings,
    west: least(longitudes),
    south: least(latitudes),
    east: most(longitudes),
    north: most(latitudes),
  }
}

/** Whether a place is inside. Of two areas with a common border a place on it belongs to one. */
export function isInArea({ rings, ...bounds }: Area, longitude: number, latitude: number): boolean {
  if (longitude < bounds.west || longitude > bounds.east) return false
  if (latitude < bounds.south || latitude > bounds.north) return false
  let inside = false
  for (const ring of rings) if (crossesOdd(ring, longitude, latitude)) inside = !inside
  return inside
}

/** Metres to the nearest border, on a plane that touches the earth at the place: exact to a metre within 50 km. */
export function metresToBorder({ rings }: Area, longitude: number, latitude: number): number {
  const eastM = metresPerDegreeEast(latitude)
  let least = Infinity
  for (const ring of rings)
    for (let i = 0; i + 3 < ring.length; i += 2) {
      const ax = ((ring[i] ?? NaN) - longitude) * eastM
      const ay = ((ring[i + 1] ?? NaN) - latitude) * METRES_PER_DEGREE
      const dx = ((ring[i + 2] ?? NaN) - longitude) * eastM - ax
      const dy = ((ring[i + 3] ?? NaN) - latitude) * METRES_PER_DEGREE - ay
      const length = dx * dx + dy * dy
      const along = length === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / length))
      least = Math.min(least, Math.hypot(ax + along * dx, ay + along * dy))
    }
  return least
}

/**
 * Whether a line from the place to the east crosses the ring an odd number of times.
 *
 * Source: W. R. Franklin, "PNPOLY: point inclusion in polygon test" (1994). A vertex counts to the edge above it, so that it is
 * crossed once.
 */
function crossesOdd(ring: Ring, longitude: number, latitude: number): boolean {
  let odd = false
  let x = ring[0] ?? NaN
  let y = ring[1] ?? NaN
  for (let i = 2; i + 1 < ring.length; i += 2) {
    const nextX = ring[i] ?? NaN
    const nextY = ring[i + 1] ?? NaN
    if (y > latitude !== nextY > latitude && longitude < ((nextX - x) * (latitude - y)) / (nextY - y) + x)
      odd = !odd
    x = nextX
    y = nextY
  }
  return odd
}

function ringOf(positions: string, shown: string): Ring {
  const numbers = positions
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  const wrong = numbers.length < 8 || numbers.length % 2 === 1 || numbers.some(Number.isNaN)
  if (wrong)
    throw new FeedError(
      `has a ring that is no list of longitude and latitude: ${JSON.stringify(shown)}; each needs four positions or more, without heights`,
    )
  return Float64Array.from(numbers)
}
