import type { Venue } from '../calendar/index.ts'
import type { City } from '../city.ts'
import { BLOCK_M } from '../city.ts'
import { instant } from './feed.ts'
import type { Camera } from './cameras.ts'
import { cameraRecord } from './cameras.ts'
import type { Station } from './stations.ts'

/** The newest version of a thing that the lake holds. */
export interface PresentThing {
  /** The simulator said it last; what somebody else said stays. */
  readonly ours: boolean
  readonly withdrawn: boolean
  readonly latitude: number | null
  readonly longitude: number | null
}

/** Of a stream, by key. */
export type PresentThings = ReadonlyMap<string, PresentThing>

/** Stations, venues and cameras: they are there from the beginning, and change only when the city does. */
export interface Register {
  readonly stream: 'stations' | 'venues' | 'cameras'
  readonly key: 'station_id' | 'venue_id' | 'camera_id'
  readonly things: ReadonlyMap<string, object>
}

const METRES_PER_DEGREE = 111_320
/** A thing that stands further away than this from where it should is one of an earlier city. */
const MOVED_DEGREES = BLOCK_M / 10 / METRES_PER_DEGREE

export function registersOf(
  stations: readonly Station[],
  venues: readonly Venue[],
  cameras: readonly Camera[],
): Register[] {
  return [
    {
      stream: 'stations',
      key: 'station_id',
      things: new Map(
        stations.map(({ id, name, latitude, longitude, elevationM }) => [
          id,
          { station_id: id, name, latitude, longitude, elevation_m: elevationM, provider: 'Simulated city' },
        ]),
      ),
    },
    {
      stream: 'venues',
      key: 'venue_id',
      things: new Map(
        venues.map(({ id, name, latitude, longitude, capacity }) => [
          id,
          { venue_id: id, name, latitude, longitude, capacity },
        ]),
      ),
    },
    {
      stream: 'cameras',
      key: 'camera_id',
      things: new Map(cameras.map(camera => [camera.id, cameraRecord(camera)])),
    },
  ]
}

/**
 * What has to be said so that the lake holds this city's things: new ones, those that stood elsewhere in an earlier city, and
 * the end of those that this one lacks. What somebody else changed or took away is left alone.
 */
export function registerLines({ key, things }: Register, present: PresentThings, city: City): object[] {
  const said: object[] = []
  for (const [id, thing] of things) {
    const there = present.get(id)
    if (there === undefined || (there.ours && (there.withdrawn || !standsAt(there, thing)))) said.push(thing)
  }
  for (const [id, there] of present) {
    if (!there.ours || there.withdrawn || things.has(id)) continue
    said.push({
      [key]: id,
      ...(key === 'venue_id' ? { name: id } : {}),
      latitude: there.latitude ?? city.config.latitude,
      longitude: there.longitude ?? city.config.longitude,
      withdrawn: true,
    })
  }
  return said
}

/**
 * The end of what an earlier city had announced. Ids end in the city's tag.
 */
export function foreignEnds(
  stream: 'events' | 'work-zones' | 'field-devices',
  present: PresentThings,
  tag: string,
  nowMs: number,
): object[] {
  const now = instant(Math.floor(nowMs / 1000) * 1000)
  const times = { starts_at: now, ends_at: now, status: 'cancelled' }
  const end = { updated_at: now, withdrawn: true }
  return [...present]
    .filter(([id, { ours, withdrawn }]) => ours && !withdrawn && !id.endsWith(`-${tag}`))
    .map(([id, { latitude, longitude }]) => {
      const place = { latitude: latitude ?? 0, longitude: longitude ?? 0 }
      switch (stream) {
        case 'events':
          return { event_id: id, kind: 'other', title: 'Of another city', ...times, ...end }
        case 'field-devices':
          return { device_id: id, device_type: 'arrow-board', ...place, ...end }
        case 'work-zones':
          return {
            ...{ work_zone_id: id, event_type: 'work-zone', road_names: [], direction: 'unknown' },
            ...{ ...times, ...end },
            geometry: { type: 'MultiPoint', coordinates: [[place.longitude, place.latitude]] },
          }
      }
    })
}

function standsAt({ latitude, longitude }: PresentThing, thing: object): boolean {
  const wanted = thing as { readonly latitude: number; readonly longitude: number }
  return (
    latitude !== null &&
    longitude !== null &&
    Math.abs(latitude - wanted.latitude) < MOVED_DEGREES &&
    Math.abs(longitude - wanted.longitude) < MOVED_DEGREES
  )
}
