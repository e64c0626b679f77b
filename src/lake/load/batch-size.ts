/** Enough for large blocks, little enough for memory. */
export const MAX_BATCH_BYTES = 160 * 1024 * 1024
const MAX_RECORDS = 400_000
/** Batches of a backlog hold as much at least; with less to come than this, there is none. */
const MIN_RECORDS = 100_000

/** Whether so many records that wait make a backlog. */
export function isBacklog(records: number): boolean {
  return records >= MIN_RECORDS
}

/**
 * How many records go into a batch: few at the beginning and the end of a backlog, because a core is idle while the
 * first batch is prepared and while the last one is inserted; many in between, because large parts merge less often.
 */
export class BatchSize {
  #next = MIN_RECORDS

  /** @param left records that wait */
  next(left: number): number {
    const share = isBacklog(left / 1.5) ? Math.max(MIN_RECORDS, Math.ceil(left / 2)) : left
    const records = Math.max(1, Math.min(this.#next, share))
    this.#next = Math.min(MAX_RECORDS, Math.max(MIN_RECORDS, records) * 2)
    return records
  }

  /** The backlog is over. */
  reset(): void {
    this.#next = MIN_RECORDS
  }
}
