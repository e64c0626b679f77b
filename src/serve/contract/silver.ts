import { z } from 'zod'

const maybe = z.number().nullable()

export const SignalState = z.enum(['red', 'yellow', 'green'])
export type SignalState = z.infer<typeof SignalState>

/** silver.readings: one row per sensor and time, metric units, enriched from the register. */
export const SilverReading = z.strictObject({
  position: z.number().int(),
  sensor_id: z.string(),
  intersection_id: z.string(),
  district: z.string(),
  measured_at: z.iso.datetime(),
  arrived_at: z.iso.datetime(),
  source: z.string(),
  vehicles: maybe,
  speed_kmh: maybe,
  occupancy: maybe,
  vehicles_car: maybe,
  vehicles_truck: maybe,
  vehicles_motorcycle: maybe,
  vehicles_bus: maybe,
  wait_s: maybe,
  queue_veh: maybe,
  signal_state: SignalState.nullable(),
  latitude: maybe,
  longitude: maybe,
  interval_s: z.number().int(),
})
export type SilverReading = z.infer<typeof SilverReading>

/** One quarantined line. `line` is its text where it is UTF-8 (else with U+FFFD), at most 64 KiB of it; `bytes` its true length. */
export const QuarantinedLine = z.strictObject({
  position: z.number().int(),
  arrived_at: z.iso.datetime(),
  source: z.string(),
  stream: z.string().meta({ description: 'What it should have been a record of; "readings" of those' }),
  reasons: z
    .array(z.string())
    .meta({ description: 'Codes of every broken rule, e.g. "average_speed_range", "json_syntax"' }),
  bytes: z.number().int(),
  line: z.string(),
  file: z
    .string()
    .nullable()
    .meta({ description: 'Where a line over limits.maxLineBytes is kept, relative to the data folder' }),
})
export type QuarantinedLine = z.infer<typeof QuarantinedLine>

export const Intersection = z.strictObject({
  intersection_id: z.string(),
  name: z.string().nullable(),
  district: z.string(),
  latitude: maybe,
  longitude: maybe,
  sensors: z.number().int(),
  lanes: z.number().int().nullable(),
  camera: z.boolean(),
})
export type Intersection = z.infer<typeof Intersection>

/** A sensor of the register, or one that has only been seen (`registered` false). */
export const SensorItem = z.strictObject({
  sensor_id: z.string(),
  intersection_id: z.string(),
  name: z.string().nullable(),
  district: z.string(),
  latitude: maybe,
  longitude: maybe,
  interval_s: z.number().int(),
  lanes: z.number().int().nullable(),
  camera: z.boolean(),
  registered: z.boolean(),
  first_seen: z.iso.datetime().nullable(),
})
export type SensorItem = z.infer<typeof SensorItem>
