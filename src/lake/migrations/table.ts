/**
 * What makes an insert survive a crash of the machine: parts, their directories and merged parts are synced (the
 * directory of the table itself is for `Engine.sync`). And a part lost all the same must not keep its table from
 * opening: the start finds the hole and mends it.
 */
const DURABLE = [
  'fsync_after_insert = 1',
  'fsync_part_directory = 1',
  'min_compressed_bytes_to_fsync_after_merge = 1',
  'min_rows_to_fsync_after_merge = 1',
  'max_suspicious_broken_parts = 1000000',
  'max_suspicious_broken_parts_bytes = 1000000000000',
].join(', ')

export interface TableKind {
  /** On a cluster each MergeTree is its Replicated kind, at the path and replica the server's macros give. */
  readonly replicated: boolean
}

/** DDL for this installation from the one text all share: `@MergeTree`, `@AggregatingMergeTree` …, `@durable`. */
export function tableDdl(statement: string, { replicated }: TableKind): string {
  return statement
    .replace(/@(\w*MergeTree)\b/g, (_, family: string) => (replicated ? `Replicated${family}` : family))
    .replace(/@durable\b/g, DURABLE)
}
