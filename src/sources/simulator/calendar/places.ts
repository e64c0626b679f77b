import type { City, Site } from '../city.ts'
import { BLOCK_M, DISTRICTS } from '../city.ts'
import { uniform } from '../random.ts'
import type { Road, Venue } from './plan.ts'

const STREAM = 0xca1e
const METRES_PER_DEGREE = 111_320
/** Venues stand a little off the crossing. */
const ASIDE_DEGREES = (BLOCK_M * 0.3) / METRES_PER_DEGREE

const VENUES = [
  { key: 'stadium', name: 'Harbour Stadium', district: 'industrial', capacity: 24_000 },
  { key: 'arena', name: 'City Arena', district: 'downtown', capacity: 9000 },
  { key: 'park', name: 'Mill Park', district: 'residential', capacity: 3000 },
  { key: 'school-1', name: 'Hillside School', district: 'residential', capacity: 1100 },
  { key: 'school-2', name: 'Lakeview School', district: 'suburban', capacity: 800 },
] as const satisfies readonly {
  key: string
  name: string
  district: (typeof DISTRICTS)[number]
  capacity: number
}[]

export type VenueKey = (typeof VENUES)[number]['key']

/** Where the city's calendar takes place. */
export interface Places {
  readonly city: City
  readonly venues: Readonly<Record<VenueKey, Venue>>
  /** Four characters that differ from city to city: another city's events are other events. */
  readonly tag: string
}

export function placesOf(city: City): Places {
  const venues = Object.fromEntries(VENUES.map((venue, i) => [venue.key, venueOf(city, venue, i)]))
  return { city, venues: venues as Record<VenueKey, Venue>, tag: tagOf(city) }
}

function venueOf(city: City, { key, name, district, capacity }: (typeof VENUES)[number], i: number): Venue {
  const site = siteIn(city, DISTRICTS.indexOf(district), uniform(city.config.seed + STREAM, i, 1))
  const place = city.sites[site] as Site
  return {
    id: `VENUE-${key.toUpperCase()}`,
    name,
    latitude: round(Math.min(90, place.latitude + ASIDE_DEGREES)),
    longitude: round(Math.min(180, place.longitude + ASIDE_DEGREES)),
    capacity,
    site,
  }
}

/** An intersection of a district; of the whole city when it has none there. */
export function siteIn(city: City, district: number, draw: number): number {
  const own = city.sites.flatMap((site, i) => (site.district === district ? [i] : []))
  const among = own.length > 0 ? own : city.sites.map((_, i) => i)
  return among[Math.floor(draw * among.length)] ?? 0
}

/** A street or an avenue through an intersection, so many blocks long at most, from west to east or from south to north. */
export function roadThrough(city: City, site: number, along: 'street' | 'avenue', blocks: number): Road {
  const { gridSize, sites } = city
  const { row, column, name } = sites[site] as Site
  const length = Math.min(gridSize, blocks + 1)
  const middle = along === 'street' ? column : row
  const first = Math.max(0, Math.min(gridSize - length, middle - Math.floor(length / 2)))
  const own = Array.from({ length }, (_, i) =>
    along === 'street'
      ? sites[row * gridSize + first + i]
      : sites[(first + length - 1 - i) * gridSize + column],
  ).filter(one => one !== undefined)
  const [street = '', avenue = ''] = name.split(' & ')
  return {
    name: along === 'street' ? street : avenue,
    sites: own,
    coordinates: coordinatesOf(own, along),
  }
}

function coordinatesOf(sites: readonly Site[], along: 'street' | 'avenue'): [number, number][] {
  const own = sites.map(({ longitude, latitude }): [number, number] => [longitude, latitude])
  const only = own[0]
  if (own.length > 1 || only === undefined) return own
  // A city of one intersection: a piece of its road.
  const end: [number, number] =
    along === 'street'
      ? [round(only[0] + (only[0] > 0 ? -1 : 1) * ASIDE_DEGREES), only[1]]
      : [only[0], round(only[1] + (only[1] > 0 ? -1 : 1) * ASIDE_DEGREES)]
  return [only, end]
}

function tagOf({ config, gridSize }: City): string {
  const place = Math.round(config.latitude * 1000) * 360_000 + Math.round(config.longitude * 1000)
  const draw = uniform(config.seed + STREAM, place % 0x7fff_ffff, gridSize)
  return Math.floor(draw * 0x1_0000)
    .toString(16)
    .padStart(4, '0')
}

function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6
}
