import { isPosition } from '../../core/schema/geometry.ts'
import { wktPoint } from '../../core/geo/wkt-point.ts'

export interface Place {
  readonly latitude: number
  readonly longitude: number
}

/** Where a row says it is, or what is wrong with that. The two columns go first: points are rounded or cut in some exports. */
export function placeOfRow(
  latitude: unknown,
  longitude: unknown,
  place: unknown,
): Place | { readonly wrong: 'place_missing' | 'place_invalid'; readonly says: string } {
  const isBlank = (value: unknown) =>
    value === null || value === undefined || (typeof value === 'string' && value.trim() === '')
  if (!isBlank(latitude) && !isBlank(longitude)) {
    const found = { latitude: numberOf(latitude), longitude: numberOf(longitude) }
    if (isOnEarth(found)) return found
    return invalid(`latitude ${shown(latitude)}, longitude ${shown(longitude)}`)
  }
  if (isBlank(place))
    return {
      wrong: 'place_missing',
      says: 'it has neither latitude and longitude nor a point; add them at the source',
    }
  return pointOf(place) ?? invalid(shown(place))
}

function invalid(what: string): { readonly wrong: 'place_invalid'; readonly says: string } {
  return {
    wrong: 'place_invalid',
    says: `${what}: no place on earth; write degrees such as 51.05 and -114.07`,
  }
}

/** `POINT (lon lat)`, `(lat, lon)`, a GeoJSON point, or Socrata's older `{latitude, longitude}`. */
function pointOf(value: unknown): Place | null {
  const place = typeof value === 'string' ? ofText(value) : ofObject(value)
  return place !== null && isOnEarth(place) ? place : null
}

const PAIR = /^\(\s*(-?\d+(?:\.\d*)?)\s*,\s*(-?\d+(?:\.\d*)?)\s*\)$/

function ofText(text: string): Place | null {
  const [, first, second] = PAIR.exec(text.trim()) ?? []
  if (first !== undefined && second !== undefined)
    return { latitude: Number(first), longitude: Number(second) }
  const point = wktPoint(text)
  return point === null ? null : { latitude: point[1], longitude: point[0] }
}

function ofObject(value: unknown): Place | null {
  if (typeof value !== 'object' || value === null) return null
  const { type, coordinates, latitude, longitude } = value as Readonly<Record<string, unknown>>
  if (type === 'Point' && isPosition(coordinates))
    return { latitude: coordinates[1], longitude: coordinates[0] }
  return { latitude: numberOf(latitude), longitude: numberOf(longitude) }
}

function isOnEarth({ latitude, longitude }: Place): boolean {
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN
}

function shown(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 80)
}
