import type { Fall } from '../../map/overlay/fall-image.ts'
import { NO_OVERLAY, type Overlay, type OverlayArea, type Position } from '../../map/overlay/overlay.ts'
import { ago, quantity, type Units } from '../../ui/format.ts'
import type { WeatherRow } from './queries.ts'
import { conditionWords, glyphOf, isOld, temperature, weatherParts, type Station } from './view-model.ts'

/** What a gauge says of its surroundings; a shower is some kilometres wide. */
const REACH_M = 5_000
const CORNERS = 48
const METRES_PER_DEGREE = 111_195
/** Bounds of moderate and heavy rain, mm/h: WMO, Guide to Instruments and Methods of Observation (No. 8), chapter 14. */
const MODERATE_MM_H = 2.5
const HEAVY_MM_H = 10

interface Placed extends Station {
  readonly latitude: number
  readonly longitude: number
}

/** Stations that were heard lately, and what falls around them. */
export function weatherOverlay(stations: readonly Station[], units: Units, nowMs: number): Overlay {
  const placed = stations.filter(
    (station): station is Placed =>
      station.latitude !== null && station.longitude !== null && !isOld(station.newest, nowMs),
  )
  if (placed.length === 0) return NO_OVERLAY
  return {
    signs: placed.map(({ id, name, latitude, longitude, newest }) => ({
      kind: 'station',
      id,
      title: name,
      lines: [
        conditionWords(newest.condition),
        weatherParts(newest, units).join(' · '),
        `weather station, ${ago(Math.max(0, nowMs - newest.observed_at))}`,
      ],
      at: [longitude, latitude],
      image: {
        shape: 'label',
        glyph: glyphOf(newest.condition),
        look: 'active',
        text: newest.temperature_c === null ? '' : quantity(temperature(newest.temperature_c, units)),
      },
    })),
    paths: [],
    areas: placed.flatMap((station, i): OverlayArea[] => {
      const fall = fallOf(station.newest)
      return fall === null ? [] : [{ ring: cellOf(station, placed.toSpliced(i, 1)), fall }]
    }),
  }
}

/** What falls, by how much; a condition alone tells of rain that nobody measures. */
export function fallOf({ condition, precipitation_mm_h: mmH }: WeatherRow): Fall | null {
  if (condition === 'snow') return 'snow'
  const falls = mmH === null ? condition === 'rain' || condition === 'heavy_rain' : mmH > 0
  if (!falls) return condition === 'fog' ? 'fog' : null
  if (mmH === null) return condition === 'heavy_rain' ? 'rain-3' : 'rain-2'
  return mmH < MODERATE_MM_H ? 'rain-1' : mmH < HEAVY_MM_H ? 'rain-2' : 'rain-3'
}

/** The ground nearer to the station than to any other, within its reach: a closed ring. */
export function cellOf(
  station: Pick<Placed, 'latitude' | 'longitude'>,
  others: readonly Pick<Placed, 'latitude' | 'longitude'>[],
): Position[] {
  const east = METRES_PER_DEGREE * Math.cos((station.latitude * Math.PI) / 180)
  let ring = Array.from({ length: CORNERS }, (_, i): Position => {
    const angle = (i / CORNERS) * 2 * Math.PI
    return [REACH_M * Math.cos(angle), REACH_M * Math.sin(angle)]
  })
  for (const other of others) {
    const x = (other.longitude - station.longitude) * east
    const y = (other.latitude - station.latitude) * METRES_PER_DEGREE
    // Two gauges at one place share it.
    if (Math.hypot(x, y) > 1 && Math.hypot(x, y) < 2 * REACH_M) ring = nearer(ring, [x, y])
  }
  const first = ring[0]
  const closed = first === undefined ? ring : [...ring, first]
  return closed.map(([x, y]) => [station.longitude + x / east, station.latitude + y / METRES_PER_DEGREE])
}

/** The part of the ring that is nearer to (0, 0) than to `other` (Sutherland and Hodgman's clipping by one line). */
function nearer(ring: readonly Position[], [x, y]: Position): Position[] {
  const half = (x * x + y * y) / 2
  const beyond = ([px, py]: Position) => px * x + py * y - half
  return ring.flatMap((at, i) => {
    const before = ring.at(i - 1) ?? at
    const [now, then] = [beyond(at), beyond(before)]
    const kept: Position[] = []
    if (now > 0 !== then > 0) {
      const share = then / (then - now)
      kept.push([before[0] + (at[0] - before[0]) * share, before[1] + (at[1] - before[1]) * share])
    }
    if (now <= 0) kept.push(at)
    return kept
  })
}
