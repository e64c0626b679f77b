import { z } from 'zod'

const count = z.int().nonnegative()

/** Records that were acknowledged to their sender and are gone: a fact about the data, kept for ever. */
export const Loss = z.strictObject({
  id: z.string().meta({ description: 'Its name, e.g. "log-1200"; the commands and paths take it' }),
  layer: z.enum(['log', 'lake', 'oversize']).meta({
    description: 'log: lines as received; lake: rows that the log cannot give back; oversize: files',
  }),
  table: z
    .string()
    .nullable()
    .meta({ description: 'lake: table and day, e.g. "silver.readings 2026-03-02"' }),
  from_position: count.meta({ description: 'What was lost lies at or after it' }),
  to_position: count.meta({ description: 'What was lost lies before it' }),
  records: count.meta({ description: 'How many were lost; at most so many where exact is false' }),
  exact: z
    .boolean()
    .meta({ description: 'false: nobody can know how many there were, only how many at most' }),
  in_lake: count.nullable().meta({
    description:
      'Of them, those that the lake still has, so that queries answer with them; null while uncounted',
  }),
  gone: count
    .nullable()
    .meta({ description: 'Of them, those that are nowhere any more; null while uncounted' }),
  found_at: z.iso.datetime(),
  arrived_from: z.iso
    .datetime()
    .nullable()
    .meta({ description: 'They arrived at or after it; null: unknown' }),
  arrived_to: z.iso
    .datetime()
    .nullable()
    .meta({ description: 'They arrived at or before it; null: unknown' }),
  file: z.string().nullable().meta({ description: 'File of the data folder in which they were' }),
  offset: count.nullable().meta({ unit: 'byte', description: 'Where in the file the damage begins' }),
  bytes: count.nullable().meta({ unit: 'byte', description: 'How many bytes of the file were damaged' }),
  set_aside: z.string().nullable().meta({ description: 'File to which the damaged bytes were moved' }),
  message: z.string().meta({ description: 'What happened and where, in words' }),
  acknowledged: z
    .strictObject({ at: z.iso.datetime(), by: z.string(), note: z.string().nullable() })
    .nullable()
    .meta({ description: 'Who took note of it; null while it is an open problem' }),
})
export type Loss = z.infer<typeof Loss>

/** What of the losses stands in the status. */
export const LossSummary = z.strictObject({
  open: z.array(Loss).meta({ description: 'Those nobody has acknowledged yet, newest first; at most 20' }),
  openCount: count.meta({ description: 'How many are not acknowledged' }),
  openRecords: count.meta({ description: 'Records of those' }),
  count: count.meta({ description: 'How many there ever were' }),
  records: count.meta({ description: 'Records of all' }),
})
export type LossSummary = z.infer<typeof LossSummary>
