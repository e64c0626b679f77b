/**
 * What the loader hands to the live page and to detection for each batch: one site and one minute of measured time,
 * as sums, so that a batch of any size stays small and partials add up in any order.
 */
export interface SitePartial {
  /** intersection_id */
  readonly site: string
  /** Start of the minute, ms since 1970 UTC. */
  readonly minuteMs: number
  readonly readings: number
  /** Null when no reading carried a count. */
  readonly vehicles: number | null
  /** Sum of weight × km/h, and of the weights (vehicles; 1 for a reading without a count). */
  readonly speedSum: number
  readonly speedWeight: number
  readonly waitSumS: number
  readonly waitCount: number
  readonly occupancySum: number
  readonly occupancyCount: number
  readonly maxQueueVeh: number | null
  /** The newest reading of the minute and its signal. */
  readonly lastAtMs: number
  readonly signal: 'red' | 'yellow' | 'green' | null
}

export interface LiveBatch {
  readonly partials: readonly SitePartial[]
  /** Valid distinct readings of the batch. */
  readonly readings: number
}
