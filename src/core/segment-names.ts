/**
 * How the log's files are called: a segment after the position of its first line, its sidecar after the segment. The
 * lake reads the same files as tables.
 */
export const BASE_DIGITS = 20
export const SEGMENT_END = '.ndjson.zst'
export const SIDECAR_END = '.frames.ndjson'
/** The sidecar of a segment's first frames, once they were compacted. */
export const PACKED_SIDECAR_END = '.frames.zst'

export function segmentName(base: number): string {
  return `${baseDigits(base)}${SEGMENT_END}`
}

export function baseDigits(base: number): string {
  return String(base).padStart(BASE_DIGITS, '0')
}
