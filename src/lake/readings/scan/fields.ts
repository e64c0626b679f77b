import { HIGHEST_SPEED_MPH } from '../../../core/traffic/highest-speed.ts'

/** The wire record's keys, numbered; the four counts inside vehicle_types follow. */
export const FIELD = {
  sensor_id: 0,
  intersection_id: 1,
  timestamp: 2,
  vehicle_count: 3,
  average_speed: 4,
  occupancy_rate: 5,
  vehicle_types: 6,
  wait_time_seconds: 7,
  queue_length: 8,
  signal_state: 9,
  latitude: 10,
  longitude: 11,
  district: 12,
} as const

export const FIELD_NAMES = Object.keys(FIELD)
export const TYPE_NAMES = ['car', 'truck', 'motorcycle', 'bus'] as const

/** Ranges of the rules, in the wire's units. */
export const LIMIT = {
  count: 100_000,
  speedMph: HIGHEST_SPEED_MPH,
  occupancy: 1,
  waitS: 86_400,
  queue: 10_000,
  latitude: 90,
  longitude: 180,
  idChars: 128,
  depth: 64,
} as const

/** 1 mph in m/h (km/h in thousandths): the international mile. */
export const METRES_PER_MILE = 1609.344

/** What the rules need to know of the configuration. */
export interface Rules {
  readonly oldestMs: number
  readonly maxFutureMs: number
  readonly maxSensors: number
  /** Are ids refused that hold unseen characters, or nothing but blanks? The first version took them. */
  readonly visibleIds: boolean
}

// The scaling of every measure stands here once: half up on the double, as `verify`'s SQL does it too.
export const scaleSpeed = (mph: number): number => Math.floor(mph * METRES_PER_MILE + 0.5)
export const scaleOccupancy = (share: number): number => Math.floor(share * 1e6 + 0.5)
export const scaleWait = (seconds: number): number => Math.floor(seconds * 1e3 + 0.5)
