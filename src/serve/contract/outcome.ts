import { z } from 'zod'

const count = z.number().int().nonnegative()

/** Records of the log as runs: the position of the first of each, and how many follow it. */
export const Runs = z
  .array(z.tuple([count, z.number().int().positive()]))
  .meta({ description: 'Positions in the log, as runs: [first, count]' })
export type Runs = z.infer<typeof Runs>

/** What became of delivered readings once all of them are loaded: every line is in exactly one of the four. */
export const ReadingOutcome = z.strictObject({
  new: count.meta({ description: 'In silver' }),
  repeats: count.meta({ description: 'The same reading was there already' }),
  conflicts: count.meta({
    description: 'Another reading of the same sensor and time was there already, with other content',
  }),
  quarantined: count,
  reasons: z
    .array(z.strictObject({ reasons: z.array(z.string()), lines: count }))
    .meta({ description: 'The quarantined lines by the rules they broke; the lines add up to quarantined' }),
  keys: z.strictObject({
    conflicting: count.meta({ description: 'Pairs of sensor and time that the conflicts fell on' }),
    most: count.meta({ description: 'Conflicts on one of them, at most' }),
    own: count.meta({ description: 'Conflicts with a reading that is among these lines too' }),
  }),
  gapReadings: count.meta({ description: 'Readings in silver from the gaps that were asked about' }),
})
export type ReadingOutcome = z.infer<typeof ReadingOutcome>

/** What became of imported sensors: every line is in exactly one of the four. */
export const SensorOutcome = z.strictObject({
  new: count.meta({ description: 'The register did not have the sensor' }),
  replaced: count.meta({ description: 'It knew the sensor otherwise' }),
  repeats: count.meta({ description: 'It knew just this' }),
  conflicts: count.meta({ description: 'An earlier one of these lines says otherwise of the same sensor' }),
})
export type SensorOutcome = z.infer<typeof SensorOutcome>

/** What became of delivered records of a stream: every line is in exactly one of the four. */
export const StreamOutcome = z.strictObject({
  new: count.meta({ description: 'In its table: a record, or a version of a thing' }),
  repeats: count.meta({ description: 'The same was there already' }),
  conflicts: count.meta({
    description: 'The same record, or version of a thing, was there already with other content',
  }),
  quarantined: count,
  reasons: z
    .array(z.strictObject({ reasons: z.array(z.string()), lines: count }))
    .meta({ description: 'The quarantined lines by the rules they broke; the lines add up to quarantined' }),
})
export type StreamOutcome = z.infer<typeof StreamOutcome>
