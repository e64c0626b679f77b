import { z } from 'zod'
import { HIGHEST_SPEED_MPH } from '../traffic/highest-speed.ts'

/**
 * The wire record: what a sensor sends, as JSON, in the units of the field. Only `sensor_id`, `timestamp` and one
 * measure are required; null is the same as missing. The ranges are those of the rules in `lake/load/scan`.
 */
export const WireReading = z.looseObject({
  sensor_id: z.string().min(1).max(128),
  intersection_id: z.string().min(1).max(128).nullish(),
  timestamp: z.string().meta({ description: 'ISO 8601; without a zone it is local to the city' }),
  vehicle_count: z.number().int().min(0).max(100_000).nullish(),
  average_speed: z.number().min(0).max(HIGHEST_SPEED_MPH).nullish().meta({ unit: 'mph' }),
  occupancy_rate: z
    .number()
    .min(0)
    .max(1)
    .nullish()
    .meta({ description: 'Share of the interval with a vehicle over the detector' }),
  vehicle_types: z
    .object({
      car: z.number().int().min(0).max(100_000).nullish(),
      truck: z.number().int().min(0).max(100_000).nullish(),
      motorcycle: z.number().int().min(0).max(100_000).nullish(),
      bus: z.number().int().min(0).max(100_000).nullish(),
    })
    .nullish(),
  wait_time_seconds: z.number().min(0).max(86_400).nullish().meta({ unit: 's' }),
  queue_length: z.number().int().min(0).max(10_000).nullish().meta({ unit: 'veh' }),
  signal_state: z.enum(['red', 'yellow', 'green']).nullish().meta({ description: 'Any letter case' }),
  latitude: z.number().min(-90).max(90).nullish(),
  longitude: z.number().min(-180).max(180).nullish(),
  district: z.string().min(1).max(128).nullish(),
})
export type WireReading = z.infer<typeof WireReading>
