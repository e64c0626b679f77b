import { z } from 'zod'

/*
 * The lines of a commit, as the Delta transaction log protocol has them ("Delta Transaction Log Protocol", delta-io/delta,
 * PROTOCOL.md, reader version 1, writer version 2). Fields that are not named here are kept as they came.
 */

const texts = z.record(z.string(), z.string().nullable())
const tags = z.record(z.string(), z.string().nullable()).nullish()

export const Add = z.looseObject({
  /** Below the table's root, percent-encoded. */
  path: z.string().min(1),
  partitionValues: texts,
  size: z.number().int().nonnegative(),
  /** ms since 1970 UTC. */
  modificationTime: z.number(),
  /** False: the rows were there before in other files. */
  dataChange: z.boolean(),
  /** JSON: `numRecords`, `minValues`, `maxValues`, `nullCount`. */
  stats: z.string().nullish(),
  tags,
})
export type Add = z.infer<typeof Add>

export const Remove = z.looseObject({
  path: z.string().min(1),
  /** ms since 1970 UTC. */
  deletionTimestamp: z.number().nullish(),
  dataChange: z.boolean(),
})
export type Remove = z.infer<typeof Remove>

export const Metadata = z.looseObject({
  id: z.string(),
  name: z.string().nullish(),
  description: z.string().nullish(),
  format: z.looseObject({ provider: z.string(), options: texts.nullish() }),
  schemaString: z.string(),
  partitionColumns: z.array(z.string()),
  configuration: texts.nullish(),
  createdTime: z.number().nullish(),
})
export type Metadata = z.infer<typeof Metadata>

export const Protocol = z.looseObject({
  minReaderVersion: z.number().int(),
  minWriterVersion: z.number().int(),
})
export type Protocol = z.infer<typeof Protocol>

export const Txn = z.looseObject({
  appId: z.string(),
  version: z.number().int(),
  lastUpdated: z.number().nullish(),
})
export type Txn = z.infer<typeof Txn>

export const CommitInfo = z.looseObject({
  timestamp: z.number().nullish(),
  operation: z.string().nullish(),
  engineInfo: z.string().nullish(),
  /** What the writer says of the commit to itself. */
  userMetadata: z.string().nullish(),
})
export type CommitInfo = z.infer<typeof CommitInfo>

/** One line has one of them. */
export const Action = z.looseObject({
  add: Add.optional(),
  remove: Remove.optional(),
  metaData: Metadata.optional(),
  protocol: Protocol.optional(),
  txn: Txn.optional(),
  commitInfo: CommitInfo.optional(),
})
export type Action = z.infer<typeof Action>

/** @throws {Error} naming the line that is no action */
export function parseActions(text: string): Action[] {
  return text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map((line, i) => {
      try {
        return Action.parse(JSON.parse(line))
      } catch (cause) {
        throw new Error(`line ${i + 1} is no action of Delta`, { cause })
      }
    })
}

export function actionsText(actions: readonly Action[]): string {
  return actions.map(action => `${JSON.stringify(action)}\n`).join('')
}
