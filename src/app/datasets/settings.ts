import type { LogWriter } from '../../core/log.ts'
import type { Stream } from '../../core/stream/index.ts'
import type { Schedule } from '../../sources/poll/index.ts'
import type { SocrataDataset, SodaDeps } from '../../sources/socrata/index.ts'
import type { DatasetCatalog, StreamRules, Wants } from '../catalog/index.ts'
import type { Inbox, Landing } from '../landing/index.ts'
import type { DatasetReader } from './reader.ts'

/** A plain file: CSV, JSON, GeoJSON. */
export interface FileAddress {
  readonly url: string
  readonly timeoutS: number
  readonly maxBytes: number
}

/** A dataset, where it comes from and what becomes of it. */
export interface DatasetSettings {
  readonly name: string
  /** Null: only files that somebody puts into its inbox. */
  readonly source: SocrataDataset | FileAddress | null
  readonly reader: DatasetReader
  readonly stream: Stream
  readonly schedule: Schedule | null
  readonly scheduleZone: string
  /** Of times that carry none. */
  readonly zone: string
  readonly constants: Readonly<Record<string, string | number>>
  /** It is read whole so often, and what it no longer has is withdrawn; null: never, what leaves it leaves by itself. */
  readonly reconcileDays: number | null
  /** Where a whole dataset has lost more of its records than this, 0..1, nothing of it is taken before somebody has looked at it. */
  readonly maxWithdrawnShare: number
  /** What its reader needs of its columns. */
  readonly wants: Wants
}

export interface DatasetDeps extends SodaDeps {
  readonly landing: Landing
  /** Of this job. */
  readonly folder: string
  readonly inbox: Inbox
  /** How often its inbox is looked at. @default as often as the runner likes */
  readonly lookEveryMs?: number
  /** Where its inbox is in a bucket. */
  readonly inboxPrefix?: string
  /** What was received is kept so long; null: for ever. */
  readonly keepDays: number | null
  readonly log: LogWriter
  readonly catalog: DatasetCatalog
  /** By which the lake will take the records. */
  readonly rules: StreamRules
  readonly now: () => number
}
