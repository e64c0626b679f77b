import type { Stream } from '../../../core/stream/index.ts'

/** Where the values of a thing's fields stand in a file. */
export interface ThingColumns {
  /** Wire field → name in the file. */
  readonly byField: ReadonlyMap<string, string>
  /** A column of WKT points, where the file has no latitude and longitude. */
  readonly point: string | null
  /** Names of the file that nothing takes. */
  readonly ignored: readonly string[]
  /** Fields that were asked for and whose column is not there. */
  readonly missing: readonly string[]
}

/** Names that open data of cities gives the fields, beside the fields' own. In lower case, `_` for all that is no letter or digit. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  latitude: ['lat', 'y', 'latitude_y'],
  longitude: ['lon', 'lng', 'long', 'x', 'longitude_x'],
  name: ['title', 'label', 'camera_location', 'camera_name', 'station_name', 'venue_name'],
  snapshot_url: ['camera_url', 'image_url', 'snapshot', 'image', 'url'],
  district: ['quadrant', 'area'],
  elevation_m: ['elevation', 'altitude'],
  provider: ['operator', 'owner'],
}
const POINTS: readonly string[] = ['point', 'the_geom', 'geom', 'geometry', 'wkt', 'location']

/** @param given wire field → name in the file, which goes before all that is guessed */
export function thingColumns(
  { fields, once }: Stream,
  names: readonly string[],
  given: Readonly<Record<string, string>>,
): ThingColumns {
  const taken = new Map<string, string>()
  const byPlain = new Map(names.map(name => [plain(name), name]))
  for (const field of Object.keys(fields)) {
    const wished = Object.hasOwn(given, field) ? given[field] : undefined
    const known = [field, ...(ALSO[field] ?? []), ...(once.key.includes(field) ? ['id'] : [])]
    const found =
      wished === undefined
        ? known.map(name => byPlain.get(name)).find(name => name !== undefined)
        : names.find(name => name.trim() === wished.trim())
    if (found !== undefined) taken.set(field, found)
  }
  const hasPlace = taken.has('latitude') && taken.has('longitude')
  const point =
    hasPlace || !Object.hasOwn(fields, 'latitude')
      ? null
      : (POINTS.map(name => byPlain.get(name)).find(name => name !== undefined) ?? null)
  const used = new Set([...taken.values(), point])
  return {
    byField: taken,
    point,
    ignored: names.filter(name => name.trim() !== '' && !used.has(name)),
    missing: Object.keys(given).filter(field => !taken.has(field)),
  }
}

function plain(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
}
