import { z } from 'zod'

const count = z.number().int().nonnegative()

/** What delivered rows became of the incident record: each is new, updated, unchanged or quarantined. */
export const RecordOutcome = z.strictObject({
  new: count.meta({ description: 'Incidents that nothing was known of before' }),
  updated: count.meta({ description: 'Told something more, or something else, of a known incident' }),
  unchanged: count.meta({ description: 'Told what was known already' }),
  quarantined: count,
  reasons: z
    .array(z.strictObject({ reasons: z.array(z.string()), lines: count }))
    .meta({ description: 'The quarantined rows by their reasons; the lines add up to quarantined' }),
  linked: count.meta({ description: 'Of the new ones, re-posts and updates of the event of another' }),
  joined: count.meta({
    description: 'Of all, rows without an id that were found to be a report that has one',
  }),
})
export type RecordOutcome = z.infer<typeof RecordOutcome>
