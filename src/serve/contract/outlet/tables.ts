import { z } from 'zod'

const count = z.number().int().nonnegative()

/** How publishing of open tables goes, all tables together. */
export const TablesStatus = z.strictObject({
  where: z.string().meta({ description: 'Bucket, container or folder, for people' }),
  publisher: z.string().meta({ description: 'The data folder, as it stands in each commit' }),
  state: z.enum(['level', 'behind', 'publishing', 'failing']).meta({
    description: 'failing: the place or a table refuses; it is tried again by itself',
  }),
  message: z.string().nullable().meta({ description: 'Why it fails' }),
  position: count.meta({ description: 'Every table equals the lake at least up to it, exclusive' }),
  lagRecords: count.meta({
    description: 'Records of the log that the lake has for good and some table has not',
  }),
  lagS: z
    .number()
    .nonnegative()
    .meta({ unit: 's', description: 'Age of the oldest of them that a table lacks' }),
  tables: count,
  failing: count.meta({ description: 'Tables among them that can’t go on' }),
  rows: count,
  files: count,
  bytes: count.meta({ unit: 'byte', description: 'Of the newest versions' }),
})
export type TablesStatus = z.infer<typeof TablesStatus>

/** One published table. */
export const OpenTable = z.strictObject({
  path: z.string().meta({ description: 'Below the place, e.g. silver/readings' }),
  from: z.string().meta({ description: 'Table or view of the lake' }),
  says: z.string().meta({ description: 'What it holds' }),
  version: z.number().int().min(-1).meta({ description: 'Of Delta; −1: nothing is published yet' }),
  position: count.meta({ description: 'It equals the lake up to it, exclusive' }),
  epoch: count.meta({ description: 'How often something published was replaced' }),
  rows: count,
  files: count,
  bytes: count.meta({ unit: 'byte', description: 'Of the newest version' }),
  problem: z.string().nullable().meta({ description: 'What keeps it from going on' }),
})
export type OpenTable = z.infer<typeof OpenTable>
