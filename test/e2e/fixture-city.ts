import type {
  DistrictAnalytics,
  DistrictQuarter,
  Intersection,
  IntersectionMetrics,
  LiveSite,
  SilverReading,
} from '../../src/serve/contract/index.ts'

/** A made-up city: everything is a function of place and time, so that any window can be asked for. */
export interface FixtureCity {
  readonly intersections: readonly Intersection[]
  readonly districts: readonly string[]
  /** Sites that measure speed only, as loops do. */
  readonly speedOnly: boolean
}

const DISTRICTS = ['downtown', 'inner', 'outer', 'suburban']
const FREE_FLOW: Record<string, number> = { downtown: 34, inner: 42, outer: 50, suburban: 58 }
const GRADES = ['A', 'B', 'C', 'D', 'E', 'F'] as const
const GRADE_LIMITS_S = [10, 20, 35, 55, 80]
const MINUTE_MS = 60_000

export function gridCity(): FixtureCity {
  const intersections: Intersection[] = []
  for (let row = 0; row < 10; row++) {
    for (let column = 0; column < 10; column++) {
      const reach = Math.hypot(4.5 - row, column - 4.5) / 5
      const ring = reach < 0.35 ? 0 : reach < 0.65 ? 1 : reach < 1 ? 2 : 3
      intersections.push({
        intersection_id: `INT-${String(row).padStart(2, '0')}${String(column).padStart(2, '0')}`,
        name: `${String.fromCharCode(65 + row)} St & ${column + 1} Ave`,
        district: DISTRICTS[ring]!,
        latitude: 40.7128 + (4.5 - row) * 0.0036,
        longitude: -74.006 + (column - 4.5) * 0.00474,
        sensors: 1,
        lanes: 2 + ((row + column) % 2),
        camera: (row * 7 + column * 3) % 11 === 0,
      })
    }
  }
  return { intersections, districts: DISTRICTS, speedOnly: false }
}

/** The same grid cut into eight districts, in all of which today is slower than usual: every card has an arrow and its words. */
export function manyDistricts(): FixtureCity {
  const quarters = ['north_west', 'north_east', 'south_west', 'south_east']
  const intersections = gridCity().intersections.map(place => {
    const quarter = (place.latitude! < 40.7128 ? 2 : 0) + (place.longitude! > -74.006 ? 1 : 0)
    const ring = ['downtown', 'inner'].includes(place.district) ? 'centre' : 'suburbs'
    return { ...place, district: `${quarters[quarter]!}_${ring}` }
  })
  const districts = [...new Set(intersections.map(place => place.district))].sort()
  return { intersections, districts, speedOnly: false }
}

/** 207 loops along crooked roads around Los Angeles, many of them in pairs for the two directions; no waits, no counts, no districts. */
export function loopCity(): FixtureCity {
  const intersections = Array.from({ length: 207 }, (_, i): Intersection => {
    const pair = Math.floor(i / 2)
    const road = pair % 6
    const along = Math.floor(pair / 6) / 17.5
    const angle = (road * Math.PI) / 3
    // Half of the pairs are the carriageways of one place, 30 m apart; the others lie along the road.
    const beside = (i % 2) * (pair % 4 < 2 ? 0.00027 : 0.004)
    return {
      intersection_id: String(716_328 + i * 37),
      name: null,
      district: 'unassigned',
      latitude:
        34.12 + Math.sin(angle + along) * along * 0.13 + noise(pair, 1) * 0.006 + Math.cos(angle) * beside,
      longitude:
        -118.32 + Math.cos(angle + along) * along * 0.2 + noise(pair, 2) * 0.006 - Math.sin(angle) * beside,
      sensors: 1,
      lanes: null,
      camera: false,
    }
  })
  return { intersections, districts: ['unassigned'], speedOnly: true }
}

const ZONES = [
  'America/Los_Angeles America/New_York America/Sao_Paulo Europe/London Europe/Berlin Europe/Helsinki Asia/Dubai',
  'Asia/Karachi Asia/Dhaka Asia/Bangkok Asia/Singapore Asia/Tokyo Australia/Brisbane Pacific/Noumea Pacific/Auckland',
  'Pacific/Honolulu America/Anchorage America/Denver America/Chicago Atlantic/Azores',
].flatMap(line => line.split(' '))

/** Where on earth it is about 17:15 now: the evening peak shows all grades, whenever somebody looks. */
export const fixtureZone = ZONES.map(timeZone => {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  })
    .formatToParts(Date.now())
    .filter(part => part.type === 'hour' || part.type === 'minute')
    .map(part => Number(part.value))
  const hour = (parts[0] ?? 0) + (parts[1] ?? 0) / 60
  const utcHour = (Date.now() / 3_600_000) % 24
  return { timeZone, hour, offsetH: Math.round(hour - utcHour) }
}).reduce((best, zone) => (Math.abs(zone.hour - 17.25) < Math.abs(best.hour - 17.25) ? zone : best))

/** How loaded a site is, 0–1.2: two peaks of the day, the place's own share, and some weather of chance. */
export function load(place: Intersection, atMs: number, speedOnly: boolean): number {
  const hour = (((atMs / 3_600_000 + fixtureZone.offsetH) % 24) + 24) % 24
  const day = Math.floor((atMs / 3_600_000 + fixtureZone.offsetH) / 24)
  const peak = (at: number, width: number) => Math.exp(-(((hour - at) / width) ** 2))
  const wave = 0.12 + 0.62 * peak(8.4, 1.5) + 0.34 * peak(13, 2.6) + 0.78 * peak(17.4, 1.8)
  const seed = hash(place.intersection_id)
  const ring = DISTRICTS.indexOf(place.district)
  // A district that is none of the rings is never full, so that today shows on top of its evening.
  const ofGrid = ring < 0 ? 0.75 : 1.15 - ring * 0.2
  const centre = speedOnly ? 0.8 + noise(seed, 3) * 0.3 : ofGrid
  const slow = noise(seed, Math.floor(atMs / (25 * MINUTE_MS))) * 0.16 + noise(day, 5) * 0.05
  // Today is worse than usual in the middle of the city since the afternoon; without rings everywhere, beyond all chance.
  const worse = ring < 0 ? 0.3 : ring === 0 ? 0.16 : 0
  const today = atMs > Date.now() - 2.2 * 3_600_000 && !speedOnly ? worse : 0
  return Math.max(0.03, wave * centre + slow + noise(seed, 9) * 0.18 + today)
}

interface Measures {
  readonly speedKmh: number
  readonly waitS: number
  readonly vehicles: number
  readonly queueVeh: number
  readonly occupancy: number
}

function measuresAt(city: FixtureCity, place: Intersection, atMs: number, minutes: number): Measures {
  const loaded = load(place, atMs, city.speedOnly)
  const free = city.speedOnly ? 108 : (FREE_FLOW[place.district] ?? 50)
  return {
    speedKmh: Math.max(5, free * (1.04 - 0.62 * Math.min(1.25, loaded))),
    waitS: 4 + 74 * Math.min(1.3, loaded) ** 2.1,
    vehicles: Math.round((4 + 26 * Math.min(1, loaded)) * minutes * 0.6),
    queueVeh: Math.round(24 * Math.min(1.2, loaded) ** 2),
    occupancy: Math.min(0.92, 0.05 + 0.5 * loaded),
  }
}

export function liveSite(city: FixtureCity, place: Intersection, atMs: number, readingMs: number): LiveSite {
  const m = measuresAt(city, place, atMs, 5)
  const wait = m.waitS + noise(hash(place.intersection_id), Math.floor(readingMs / 30_000)) * 2
  const phase = Math.floor(readingMs / 20_000 + hash(place.intersection_id)) % 5
  if (city.speedOnly) {
    return {
      id: place.intersection_id,
      at: readingMs,
      vehicles: null,
      speedKmh: m.speedKmh,
      waitS: null,
      queueVeh: null,
      occupancy: null,
      grade: null,
      signal: null,
    }
  }
  return {
    id: place.intersection_id,
    at: readingMs,
    vehicles: m.vehicles,
    speedKmh: m.speedKmh,
    waitS: wait,
    queueVeh: m.queueVeh,
    occupancy: m.occupancy,
    grade: gradeOf(wait),
    signal: phase < 2 ? 'green' : phase === 2 ? 'yellow' : 'red',
  }
}

function gradeOf(waitS: number) {
  const step = GRADE_LIMITS_S.findIndex(limit => waitS <= limit)
  return GRADES[step === -1 ? 5 : step]!
}

const NO_TYPES = { vehicles_car: null, vehicles_truck: null, vehicles_motorcycle: null, vehicles_bus: null }

/** One row over the given places and window; a gap of half an hour each night, so that gaps can be seen. */
function goldRow(city: FixtureCity, places: readonly Intersection[], startMs: number, minutes: number) {
  const all = places.map(place => measuresAt(city, place, startMs + minutes * 30_000, minutes))
  const vehicles = all.reduce((sum, m) => sum + m.vehicles, 0)
  const mean = (of: (m: Measures) => number) => all.reduce((sum, m) => sum + of(m), 0) / all.length
  const speed = all.reduce((sum, m) => sum + m.speedKmh * m.vehicles, 0) / Math.max(1, vehicles)
  const bare = city.speedOnly
  return {
    window_start: new Date(startMs).toISOString(),
    readings: places.length * minutes * 2,
    sensors: places.length,
    vehicles: bare ? null : vehicles,
    mean_speed_kmh: bare ? mean(m => m.speedKmh) : speed,
    space_mean_speed_kmh: bare ? mean(m => m.speedKmh) * 0.96 : speed * 0.96,
    mean_occupancy: bare ? null : mean(m => m.occupancy),
    max_occupancy: bare ? null : Math.max(...all.map(m => m.occupancy)),
    mean_wait_s: bare ? null : mean(m => m.waitS),
    max_queue_veh: bare ? null : Math.max(...all.map(m => m.queueVeh)),
    ...NO_TYPES,
    completeness: 0.98,
  }
}

function isGap(startMs: number): boolean {
  const minuteOfDay = (Math.floor(startMs / MINUTE_MS) + fixtureZone.offsetH * 60 + 1440) % 1440
  return minuteOfDay >= 2 * 60 && minuteOfDay < 2 * 60 + 45
}

function* windows(fromMs: number, toMs: number, minutes: number): Generator<number> {
  const step = minutes * MINUTE_MS
  for (let ms = Math.ceil(fromMs / step) * step; ms < toMs; ms += step) if (!isGap(ms)) yield ms
}

export function districtAnalytics(city: FixtureCity, fromMs: number, toMs: number): DistrictAnalytics[] {
  return [...windows(fromMs, toMs, 15)].flatMap(startMs =>
    city.districts.map(district => {
      const places = city.intersections.filter(place => place.district === district)
      const row = goldRow(city, places, startMs, 15)
      const free = FREE_FLOW[district] ?? 105
      const jammed = places.filter(place => measuresAt(city, place, startMs, 15).waitS > 55).length
      return {
        ...row,
        district,
        free_flow_speed_kmh: free,
        speed_index: Math.min(1.1, row.space_mean_speed_kmh / free),
        share_sites_ef: city.speedOnly ? null : jammed / places.length,
        idle_veh_h: city.speedOnly ? null : ((row.max_queue_veh ?? 0) * places.length * 15) / 60 / 4,
      }
    }),
  )
}

/** The same windows, only what is compared between days. */
export function districtQuarters(city: FixtureCity, fromMs: number, toMs: number): DistrictQuarter[] {
  return districtAnalytics(city, fromMs, toMs).map(
    ({ window_start, district, readings, vehicles, mean_speed_kmh, mean_wait_s }) => ({
      ...{ window_start, district, readings, vehicles, mean_speed_kmh, mean_wait_s },
    }),
  )
}

/** The last finished 15 minutes of each district. */
export function finishedDistricts(city: FixtureCity, nowMs: number): DistrictAnalytics[] {
  const endMs = Math.floor(nowMs / (15 * MINUTE_MS)) * 15 * MINUTE_MS
  return districtAnalytics(city, endMs - 15 * MINUTE_MS, endMs)
}

export function intersectionMetrics(
  city: FixtureCity,
  id: string,
  fromMs: number,
  toMs: number,
): IntersectionMetrics[] {
  const place = city.intersections.find(item => item.intersection_id === id)
  if (place === undefined) return []
  return [...windows(fromMs, toMs, 5)].map(startMs => {
    const row = goldRow(city, [place], startMs, 5)
    return {
      ...row,
      intersection_id: id,
      district: place.district,
      estimated_delay_grade: row.mean_wait_s === null ? null : gradeOf(row.mean_wait_s),
      source: 'loop' as const,
    }
  })
}

export function silverReadings(city: FixtureCity, id: string, nowMs: number): SilverReading[] {
  const place = city.intersections.find(item => item.intersection_id === id)
  if (place === undefined) return []
  return Array.from({ length: 20 }, (_, i) => {
    const atMs = nowMs - i * 30_000 - 4_000
    const m = measuresAt(city, place, atMs, 0.5)
    const bare = city.speedOnly
    return {
      position: 1_000_000 - i,
      sensor_id: city.speedOnly ? id : `${id}-SENSOR-01`,
      intersection_id: id,
      district: place.district,
      measured_at: new Date(atMs).toISOString(),
      arrived_at: new Date(atMs + 300).toISOString(),
      source: 'simulator',
      vehicles: bare ? null : m.vehicles,
      speed_kmh: m.speedKmh,
      occupancy: bare ? null : m.occupancy,
      ...NO_TYPES,
      wait_s: bare ? null : m.waitS,
      queue_veh: bare ? null : m.queueVeh,
      signal_state: bare ? null : ('green' as const),
      latitude: place.latitude,
      longitude: place.longitude,
      interval_s: 30,
    }
  })
}

/** −1 to 1, the same for the same arguments. */
export function noise(a: number, b: number): number {
  const x = Math.sin(a * 127.1 + b * 311.7) * 43_758.5453
  return (x - Math.floor(x)) * 2 - 1
}

function hash(text: string): number {
  let value = 7
  for (const char of text) value = (value * 31 + char.charCodeAt(0)) % 9_973
  return value
}
