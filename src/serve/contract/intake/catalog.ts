import { z } from 'zod'

const at = z.iso.datetime()
const count = z.int().nonnegative()
const share = z.number().min(0).max(1)

/** What the values of a column are, judged by nearly all of them. */
export const ValueType = z.enum(['empty', 'flag', 'whole', 'number', 'instant', 'text', 'object'])
export type ValueType = z.infer<typeof ValueType>

/** A column as one version of a dataset has it. */
export const SchemaColumn = z.strictObject({
  name: z.string(),
  type: ValueType.meta({ description: 'What nearly all of its values are; a few bad ones do not change it' }),
  declared: z.string().nullable().meta({ description: 'Its type in the portal’s words; null: not told' }),
})
export type SchemaColumn = z.infer<typeof SchemaColumn>

export const SchemaChange = z.strictObject({
  column: z.string(),
  change: z.enum(['added', 'removed', 'retyped']),
  from: z.string().nullable(),
  to: z.string().nullable(),
  breaking: z.boolean().meta({ description: 'The reader needs it as it was' }),
})
export type SchemaChange = z.infer<typeof SchemaChange>

/** The columns from one version on, until the next schema. */
export const SchemaVersion = z.strictObject({
  id: count,
  since: at,
  holds: z
    .enum(['download', 'file'])
    .meta({ description: 'Downloads and files of the inbox have their own' }),
  accepted: z.boolean().meta({ description: 'false: it paused the job, and nobody has resumed it since' }),
  source: z.string().meta({ description: 'What it was learnt from; another source begins anew' }),
  columns: z.array(SchemaColumn),
  changes: z
    .array(SchemaChange)
    .meta({ description: 'Against the one accepted before; empty for the first' }),
})
export type SchemaVersion = z.infer<typeof SchemaVersion>

/** How good one version is; null where it can't be told. */
export const Quality = z.strictObject({
  completeness: share.nullable().meta({ description: 'Share of the needed values that are filled' }),
  blanks: z.record(z.string(), count).meta({ description: 'Rows without a needed value, by column' }),
  validity: share.nullable().meta({ description: 'Share of the rows that the stream takes' }),
  refused: z.record(z.string(), count).meta({ description: 'Rows that it refuses, by reason' }),
  uniqueness: share.nullable().meta({ description: 'Share of the valid rows whose key is there once' }),
  doubles: count.meta({ description: 'Rows whose key another row of the version has' }),
  restated: count.nullable().default(null).meta({
    description:
      'Records that are otherwise than before under the version that they had; null: it is not compared with the one before',
  }),
  newest_at: at.nullable().meta({ description: 'The newest of its records' }),
  age_s: count.nullable().meta({ unit: 's', description: 'Of the newest, when the version came' }),
  allowed_age_s: count
    .nullable()
    .meta({ unit: 's', description: 'A period of the schedule and a day; null: it has no schedule' }),
})
export type Quality = z.infer<typeof Quality>

/** What was received at once, and what became of it. */
export const DatasetVersion = z.strictObject({
  id: z.string().meta({ description: 'Of the delivery in `landing/`' }),
  received_at: at,
  holds: z.enum(['all', 'since', 'file']),
  from: z.string(),
  state: z.enum(['taken', 'held', 'refused']).meta({
    description:
      'held: its columns broke with what was known or most of its records are gone, nothing of it is processed; refused: unreadable',
  }),
  why: z.string().nullable(),
  rows: count,
  bytes: count.meta({ unit: 'byte' }),
  parts: count,
  contents: z.array(z.string()).meta({ description: 'SHA-256 of its first parts in `landing/objects`' }),
  schema: count.nullable().meta({ description: 'Id of its schema; null: it has no columns' }),
  sent: count.meta({ description: 'Records that went to the log' }),
  withdrawn: count,
  rejected: count,
  positions: z
    .strictObject({ first: count, end: count })
    .nullable()
    .meta({ description: 'Where in the log they are, `end` exclusive; others’ may lie between' }),
  quality: Quality.nullable(),
})
export type DatasetVersion = z.infer<typeof DatasetVersion>

/** A column with what is known of its values; of a table of the lake only name, type, unit and meaning. */
export const CatalogColumn = z.strictObject({
  name: z.string(),
  type: z.string(),
  unit: z.string().nullable(),
  says: z.string().nullable(),
  needed: z.boolean().meta({ description: 'The reader looks at it, or the table demands it' }),
  nulls: share.nullable().meta({ description: 'Share of the rows in which it is empty' }),
  distinct: count
    .nullable()
    .meta({ description: 'Different values; null: not counted, or more than 20,000' }),
  example: z.string().nullable(),
})
export type CatalogColumn = z.infer<typeof CatalogColumn>

/** One dataset that jobs bring in, or one table of the lake. */
export const CatalogEntry = z.strictObject({
  name: z.string(),
  kind: z.enum(['dataset', 'table']),
  says: z.string(),
  stream: z.string().nullable(),
  rows: count.nullable().meta({ description: 'Of a dataset those of its newest whole version' }),
  columns: count,
  received_at: at.nullable().meta({ description: 'When its newest version came' }),
  newest_at: at.nullable().meta({ description: 'What its newest record is about' }),
  late: z.boolean().nullable().meta({ description: 'The newest record is older than the schedule allows' }),
  held: z.string().nullable().meta({ description: 'Why its newest version is not processed' }),
  versions: count,
  schema_changed_at: at.nullable(),
  quality: Quality.nullable().meta({ description: 'Of the newest version that was taken' }),
})
export type CatalogEntry = z.infer<typeof CatalogEntry>

/** From where the rows of a dataset come, and in which tables they end. */
export const Lineage = z.strictObject({
  source: z.string(),
  landed: z.strictObject({ versions: count, newest: z.string().nullable() }),
  log: z.strictObject({ source: z.string(), stream: z.string(), sent: count }).nullable(),
  loaded: z
    .array(
      z.strictObject({
        version: z.string(),
        rows: count.meta({ description: 'In the stream’s table' }),
        quarantined: count,
        repeats: count.meta({ description: 'The lake had them already, or they are not loaded yet' }),
      }),
    )
    .meta({ description: 'What became of the newest versions that sent something' }),
  tables: z.array(z.strictObject({ table: z.string(), says: z.string(), rows: count.nullable() })),
})
export type Lineage = z.infer<typeof Lineage>

export const CatalogDetail = z.strictObject({
  entry: CatalogEntry,
  note: z.string().nullable().meta({ description: 'What of the catalogue itself was lost' }),
  schema: z.array(CatalogColumn).meta({ description: 'As the newest version has it' }),
  schemas: z.array(SchemaVersion).meta({ description: 'Newest first' }),
  versions: z.array(DatasetVersion).meta({ description: 'Newest first' }),
  lineage: Lineage.nullable().meta({ description: 'null while the engine is away' }),
})
export type CatalogDetail = z.infer<typeof CatalogDetail>
