import { z } from 'zod'

/** The rules readings are judged and read by, as they stand in the log (frame kind `rules`) from where they changed. */
export const LoadRules = z.strictObject({
  zone: z.string().meta({ description: 'IANA zone of timestamps without one, and of local hours' }),
  oldest_ms: z
    .number()
    .int()
    .meta({ unit: 'ms', description: 'Readings before this are refused; ms since 1970 UTC' }),
  max_future_ms: z.number().int().nonnegative().meta({ unit: 'ms' }),
  max_sensors: z.number().int().positive(),
  interval_s: z
    .number()
    .int()
    .positive()
    .meta({ unit: 's', description: 'Interval of a sensor that nobody gives one' }),
  visible_ids: z
    .literal(true)
    .optional()
    .meta({ description: 'Ids must be visible (core/printable.ts); missing where the first version judged' }),
})
export type LoadRules = z.infer<typeof LoadRules>
