import { z } from 'zod'

/** One entry of the sensor register. Null means not known; a reading's own place wins over it. */
export const Sensor = z.strictObject({
  sensor_id: z.string().min(1).max(128),
  intersection_id: z
    .string()
    .min(1)
    .max(128)
    .nullable()
    .meta({ description: 'Null: the sensor is its own site' }),
  name: z.string().max(256).nullable().meta({ description: 'Name of the site, e.g. "A St & 1 Ave"' }),
  latitude: z.number().min(-90).max(90).nullable(),
  longitude: z.number().min(-180).max(180).nullable(),
  district: z.string().min(1).max(128).nullable(),
  interval_s: z
    .number()
    .int()
    .min(1)
    .max(86_400)
    .nullable()
    .meta({ unit: 's', description: 'Expected interval of its readings' }),
  lanes: z.number().int().min(1).max(64).nullable(),
  camera: z.boolean().nullable().meta({ description: 'A camera watches the site' }),
})
export type Sensor = z.infer<typeof Sensor>

/** A change of the register as it stands in the log (frame kind `sensor`): the whole new state of one sensor, or its removal. */
export const SensorChange = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('put'), sensor: Sensor }),
  z.strictObject({ op: z.literal('remove'), sensor_id: z.string().min(1).max(128) }),
])
export type SensorChange = z.infer<typeof SensorChange>
