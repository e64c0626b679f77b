import { BatchSize } from './batch-size.ts'
import type { Ledger } from './ledger.ts'
import type { PreparerThread } from './preparer-thread.ts'
import type { Recovered } from './recover.ts'

/** Loading from one recovery to the next failure. */
export class Session {
  readonly thread: PreparerThread
  readonly ledger: Ledger
  readonly highest: number
  /** Per UTC day: gold holds everything up to this position. */
  readonly watermarks: Map<number, number>
  readonly touched = new Set<number>()
  /** Days that got rows a lost part held, below what gold has of them. */
  readonly refilled = new Set<number>()
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
