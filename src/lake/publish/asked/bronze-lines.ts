import { baseDigits, PACKED_SIDECAR_END, SEGMENT_END, SIDECAR_END } from '../../../core/segment-names.ts'
import { sqlFile } from '../../sql-file.ts'
import type { Params } from './asked.ts'

/** A file of the log: positions [base, end). */
export interface SegmentRange {
  readonly base: number
  readonly end: number
}

const SQL = sqlFile(new URL('./bronze_lines.sql', import.meta.url)).replace(/;?\s*$/, '')

/** The lines of bronze as a table expression that reads no other files of the log than these. */
export function linesFrom(segments: readonly SegmentRange[]): {
  readonly from: string
  readonly params: Params
} {
  const bases = segments.map(({ base }) => baseDigits(base))
  return {
    from: `(${SQL})`,
    params: {
      segment_files: bases.map(base => `${base}${SEGMENT_END}`),
      frame_files: bases.flatMap(base => [`${base}${SIDECAR_END}`, `${base}${PACKED_SIDECAR_END}`]),
    },
  }
}
