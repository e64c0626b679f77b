import type { SourceValues } from './clean-row.ts'
import type { IncidentColumn, IncidentColumns } from './columns.ts'
import type { RejectReason } from './incident-row.ts'

/** A row as a reader finds it: its values, or why it has none. */
export interface SourceRow {
  readonly row: number
  readonly values: SourceValues | { readonly reason: RejectReason; readonly says: string }
  /** As it stands in the source. */
  readonly original: () => string
}

/** Takes a file in pieces of any size, each byte as the character of its number (core/text/byte-text.ts). */
export interface RowReader {
  /** The rows that are whole with this piece. */
  push(piece: string): Iterable<SourceRow>
  /** What is left when the file ends. */
  end(): Iterable<SourceRow>
}

export type OnColumns = (columns: IncidentColumns) => void

/** Puts values under the columns they belong to. */
export function pickedBy(
  { names }: IncidentColumns,
  valueOf: (name: string) => unknown,
): Partial<Record<IncidentColumn, unknown>> {
  const values: Partial<Record<IncidentColumn, unknown>> = {}
  for (const [column, name] of Object.entries(names))
    if (name !== null) values[column as IncidentColumn] = valueOf(name)
  return values
}
