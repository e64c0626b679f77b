/**
 * What makes an insert survive a crash of the machine: parts and their directories are synced, merges too; and a part
 * lost all the same must not keep the table from opening, because the start finds the hole and mends it.
 */
const DURABLE = [
  'fsync_after_insert = 1',
  'fsync_part_directory = 1',
  'min_compressed_bytes_to_fsync_after_merge = 1',
  'max_suspicious_broken_parts = 1000000',
  'max_suspicious_broken_parts_bytes = 1000000000000',
].join(', ')

/** Writes `@MergeTree`, `@AggregatingMergeTree`, `@ReplacingMergeTree(x)` and `@durable` out; replicated on a cluster. */
export function expandTable(statement: string, replicated = false): string {
  return statement
    .replace(/@(\w*)MergeTree/g, (_, family: string) => `${replicated ? 'Replicated' : ''}${family}MergeTree`)
    .replace('@durable', DURABLE)
}
