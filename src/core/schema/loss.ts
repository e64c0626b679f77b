import { z } from 'zod'

const position = z.int().nonnegative()

/** Records that were acknowledged and are gone. It is written down once, before the damage is touched, and kept for ever. */
export const Loss = z.strictObject({
  /** A name that an operator can type: the layer and the first position. */
  id: z.string(),
  /** log: lines as received. lake: rows that the log cannot give back. oversize: files of lines that are too long. */
  layer: z.enum(['log', 'lake', 'oversize']),
  /** Of the lake: the table, and its day where it has days. */
  table: z.string().nullable(),
  /** What was lost lies in [from, to). */
  from: position,
  to: position,
  /** How many were lost; where `exact` is false, how many at most. */
  records: position,
  exact: z.boolean(),
  /** Of them, those the lake still has; null while nobody counted. */
  inLake: position.nullable(),
  foundAt: z.iso.datetime(),
  /** Between these they arrived, ms since 1970 UTC; null where unknown. */
  arrivedFromMs: z.number().nullable(),
  arrivedToMs: z.number().nullable(),
  /** File below the data folder, and where in it the damage is. */
  file: z.string().nullable(),
  offset: position.nullable(),
  bytes: position.nullable(),
  setAside: z.string().nullable(),
  message: z.string(),
  /** Tells what is found a second time, after a crash in between, from a second loss; null for the log, where positions do. */
  key: z.string().nullable(),
  acknowledged: z
    .strictObject({ at: z.iso.datetime(), by: z.string(), note: z.string().nullable() })
    .nullable(),
})
export type Loss = z.infer<typeof Loss>

/** A loss as it is found, before it has a name. */
export type FoundLoss = Omit<Loss, 'id' | 'foundAt' | 'acknowledged'>
