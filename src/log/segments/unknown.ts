import { isKnownKind } from './frame/header.ts'

/** Records of a stream that this program does not know: they are kept, and nobody loads them. */
export interface UnknownRecords {
  readonly records: number
  /** Position of the first one. */
  readonly from: number
}

/** Such streams by name, as far as the segments that are kept hold them. */
export type UnknownStreams = ReadonlyMap<string, UnknownRecords>

/** Counts the records of unknown streams, frame by frame in the order of the log. */
export class UnknownCount {
  readonly streams = new Map<string, UnknownRecords>()

  add({ kind, position, count }: { kind: string; position: number; count: number }): void {
    // A frame of several runs is of known kinds only: nothing else is ever put together.
    if (kind === '' || isKnownKind(kind)) return
    const known = this.streams.get(kind)
    this.streams.set(kind, { records: (known?.records ?? 0) + count, from: known?.from ?? position })
  }
}

/** The same over several segments, in the order of the log. */
export function sumUnknown(parts: readonly UnknownStreams[]): UnknownStreams {
  const sum = new Map<string, UnknownRecords>()
  for (const [kind, { records, from }] of parts.flatMap(part => [...part])) {
    const known = sum.get(kind)
    sum.set(kind, { records: (known?.records ?? 0) + records, from: known?.from ?? from })
  }
  return sum
}
