import { BatchSize } from './batch-size.ts'
import type { Ledger } from '../once/ledger.ts'
import type { PreparerThread } from '../prepare/preparer-thread.ts'
import type { Recovered } from '../repair/recover.ts'

/** What the loader knows and has done since it last looked what the tables hold; thrown away after a failure. */
export class Session {
  readonly thread: PreparerThread
  readonly ledger: Ledger
  /** A crash may have left rows of records up to this position. */
  readonly highest: number
  /** Per UTC day: gold holds everything up to this position. */
  readonly watermarks: Map<number, number>
  /** Days with rows that gold does not have yet. */
  readonly touched = new Set<number>()
  /** Days that got rows back which silver had lost; gold went on from there, so that it can't simply be added to. */
  readonly refilled = new Set<number>()
  /** Streams with rows that gold does not have yet. */
  readonly streams = new Set<string>()
  /** Everything below it was in every table when the session began. */
  readonly start: number
  /** First position not read, not inserted, not in gold. */
  read: number
  inserted: number
  visibleUpto: number
  /** Rows that gold lacks, and those of them that its night histogram counts. */
  pendingRows = 0
  pendingNight = 0
  readonly batchSize = new BatchSize()
  goldAt = 0
  savedAt = 0
  saved = true

  constructor(thread: PreparerThread, recovered: Recovered) {
    this.thread = thread
    this.ledger = recovered.ledger
    this.highest = recovered.highest
    this.watermarks = new Map(recovered.watermarks)
    this.start = recovered.position
    this.read = recovered.position
    this.inserted = recovered.position
    this.visibleUpto = recovered.position
  }
}
