/**
 * What went wrong with the log's files and was dealt with.
 * - `cut`: an unfinished write at the end of a segment, as a crash leaves it; nothing acknowledged was in it
 * - `damaged`: bytes that are no frame any more; set aside in `damaged/`, their records are a gap
 * - `lost`: acknowledged records whose file or end of file is gone
 * - `write`: a write failed; its appends were refused and the segment was closed
 * - `sidecar`, `positions`: a derived file could not be written; it is mended at the next start at the latest
 */
export interface LogProblem {
  readonly kind: 'cut' | 'damaged' | 'lost' | 'write' | 'sidecar' | 'positions'
  readonly message: string
  /** The first record concerned, and the first one after; null where unknown. */
  readonly from: number | null
  readonly to: number | null
  /** Where damaged bytes were put; null if there are none. */
  readonly setAside: string | null
  readonly cause?: unknown
}
