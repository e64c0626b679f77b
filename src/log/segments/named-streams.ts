import { isNumberedKind } from './frame/header.ts'

/** Records of a stream: which of them this program knows is for the lake to say. */
export interface NamedRecords {
  readonly records: number
  /** Position of the first one. */
  readonly from: number
}

/** Streams by name, as far as the segments that are kept hold them. */
export type NamedStreams = ReadonlyMap<string, NamedRecords>

/** Counts the records of streams by name, frame by frame in the order of the log. */
export class NamedCount {
  readonly streams = new Map<string, NamedRecords>()

  add({ kind, position, count }: { kind: string; position: number; count: number }): void {
    // A frame of several runs has none of a stream: those are never put together.
    if (kind === '' || isNumberedKind(kind)) return
    const known = this.streams.get(kind)
    this.streams.set(kind, { records: (known?.records ?? 0) + count, from: known?.from ?? position })
  }
}

/** The same over several segments, in the order of the log. */
export function sumNamed(parts: readonly NamedStreams[]): NamedStreams {
  const sum = new Map<string, NamedRecords>()
  for (const [kind, { records, from }] of parts.flatMap(part => [...part])) {
    const known = sum.get(kind)
    sum.set(kind, { records: (known?.records ?? 0) + records, from: known?.from ?? from })
  }
  return sum
}
