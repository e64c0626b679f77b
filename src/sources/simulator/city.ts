import { UsageError } from '../../core/errors.ts'
import type { Sensor } from '../../core/schema/sensor.ts'
import { uniform } from './random.ts'

export interface CityConfig {
  /** Degrees; the middle of the grid. */
  readonly latitude: number
  readonly longitude: number
  /** Streets in each direction, 1–100. */
  readonly gridSize: number
  /** Each sensor sends so often, s, whole. */
  readonly intervalS: number
  /** The weather may change so often, s. */
  readonly weatherIntervalS: number
  readonly seed: number
  /** Scales the city to this load; null: one sensor an intersection. */
  readonly readingsPerMinute: number | null
}

/** Downtown in the middle, homes around it with the industry on one side, suburbs at the edge. */
export const DISTRICTS = ['downtown', 'residential', 'industrial', 'suburban'] as const

/** One intersection of the grid. */
export interface Site {
  readonly id: string
  readonly name: string
  readonly row: number
  readonly column: number
  readonly latitude: number
  readonly longitude: number
  /** Index into DISTRICTS. */
  readonly district: number
  /** Lanes of one approach. */
  readonly lanes: number
  readonly camera: boolean
}

export interface City {
  readonly config: CityConfig
  /** Streets in each direction; larger than configured when the load asks for it. */
  readonly gridSize: number
  /** Row by row. */
  readonly sites: readonly Site[]
  /** Sensor `i` stands at site `i % sites.length`. */
  readonly sensors: readonly Sensor[]
  /** Sensors in the order in which they send within the interval, and the second of the interval in which each does. */
  readonly order: Uint32Array
  readonly offsetsS: Uint16Array
}

/** The register's own bound. */
const MAX_SENSORS = 2_000_000
/** Ids hold two digits for row and column. */
const MAX_GRID = 100
/** A large intersection has two detectors on each of four approaches; a load beyond that gets a larger city first. */
const SENSORS_PER_SITE = 8
/** Distance between two intersections, and metres in a degree of latitude. */
export const BLOCK_M = 400
const METRES_PER_DEGREE = 111_320
/** Where downtown ends and where the suburbs begin, as a share of half the grid's width. */
const DOWNTOWN_EDGE = 0.35
const SUBURBAN_EDGE = 1
/** By district, as in DISTRICTS. */
const LANES = [3, 2, 2, 2] as const
/** Chance that a camera watches an intersection, as in the reference platform's seed. */
const CAMERA_SHARE = [0.8, 0.3, 0.5, 0.2] as const

/**
 * A city of straight streets around a centre. The same configuration always gives the same city.
 * @throws {UsageError} when the load asks for more sensors than the register may hold, or the interval is no whole second
 */
export function buildCity(config: CityConfig): City {
  if (!Number.isInteger(config.intervalS) || config.intervalS < 1) {
    throw new UsageError(
      `simulation.intervalS: ${config.intervalS} is not allowed; allowed: whole seconds from 1`,
    )
  }
  const sensorCount = countSensors(config)
  const gridSize = gridFor(sensorCount, config.gridSize)
  const sites: Site[] = []
  for (let row = 0; row < gridSize; row++) {
    for (let column = 0; column < gridSize; column++) sites.push(siteAt(config, gridSize, row, column))
  }
  const sensors = Array.from({ length: sensorCount }, (_, i) =>
    sensorOf(sites[i % sites.length] as Site, Math.floor(i / sites.length) + 1, config.intervalS),
  )
  return { config, gridSize, sites, sensors, ...stagger(config, sensorCount) }
}

function countSensors({ gridSize, intervalS, readingsPerMinute }: CityConfig): number {
  if (readingsPerMinute === null) return gridSize * gridSize
  const count = Math.max(1, Math.ceil((readingsPerMinute * intervalS) / 60))
  if (count > MAX_SENSORS) {
    const most = Math.floor((MAX_SENSORS * 60) / intervalS)
    throw new UsageError(
      `${readingsPerMinute} readings a minute need ${count} sensors sending every ${intervalS} s, more than ${MAX_SENSORS}; ask for at most ${most}, or shorten simulation.intervalS`,
    )
  }
  return count
}

function gridFor(sensorCount: number, configured: number): number {
  if (sensorCount < configured * configured) return Math.ceil(Math.sqrt(sensorCount))
  const needed = Math.ceil(Math.sqrt(sensorCount / SENSORS_PER_SITE))
  return Math.max(configured, Math.min(needed, MAX_GRID))
}

function siteAt(config: CityConfig, gridSize: number, row: number, column: number): Site {
  const middle = (gridSize - 1) / 2
  const north = middle - row
  const east = column - middle
  const district = districtAt(north / (gridSize / 2), east / (gridSize / 2))
  const degrees = BLOCK_M / METRES_PER_DEGREE
  const eastDegrees = degrees / Math.max(0.01, Math.cos((config.latitude * Math.PI) / 180))
  const site = row * gridSize + column
  return {
    id: `INT-${twoDigits(row)}${twoDigits(column)}`,
    name: `${letters(row)} St & ${column + 1} Ave`,
    row,
    column,
    latitude: toDegrees(clamp(config.latitude + north * degrees, -90, 90)),
    longitude: toDegrees(around(config.longitude + east * eastDegrees)),
    district,
    // Every third street is an arterial with a lane more.
    lanes: (LANES[district] ?? 2) + (row % 3 === 1 || column % 3 === 1 ? 1 : 0),
    camera: uniform(config.seed, site, 101) < (CAMERA_SHARE[district] ?? 0),
  }
}

/** @param north, east from the centre, as shares of half the grid's width */
function districtAt(north: number, east: number): number {
  const reach = Math.hypot(north, east)
  if (reach < DOWNTOWN_EDGE) return 0
  if (reach >= SUBURBAN_EDGE) return 3
  // Downwind of the westerlies: the south-east.
  return east > 0 && north < 0 ? 2 : 1
}

function sensorOf(site: Site, number: number, intervalS: number): Sensor {
  return {
    sensor_id: `${site.id}-SENSOR-${twoDigits(number)}`,
    intersection_id: site.id,
    name: site.name,
    latitude: site.latitude,
    longitude: site.longitude,
    district: DISTRICTS[site.district] ?? null,
    interval_s: intervalS,
    lanes: site.lanes,
    camera: site.camera,
  }
}

/** Spreads the sensors evenly over the interval in shuffled order. Whole seconds, as field controllers send. */
function stagger(
  { seed, intervalS }: CityConfig,
  count: number,
): { order: Uint32Array<ArrayBuffer>; offsetsS: Uint16Array<ArrayBuffer> } {
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniform(seed, i, 102) * (i + 1))
    const swapped = order[i] ?? 0
    order[i] = order[j] ?? 0
    order[j] = swapped
  }
  return {
    order,
    offsetsS: Uint16Array.from({ length: count }, (_, i) => Math.floor((i * intervalS) / count)),
  }
}

/** A, B, … Z, AA, AB, … */
function letters(row: number): string {
  const last = String.fromCharCode(65 + (row % 26))
  return row < 26 ? last : letters(Math.floor(row / 26) - 1) + last
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0')
}

function toDegrees(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

/** Longitudes go around. */
function around(longitude: number): number {
  return ((((longitude + 180) % 360) + 360) % 360) - 180
}
