import type { FeedAbout, FeedFormat } from '../../core/feed-format.ts'
import type { TableLayout, Wants } from '../catalog/index.ts'

/** How the rows of a dataset become records of a stream. */
export interface DatasetReader {
  readonly name: string
  readonly stream: string
  /**
   * Each row's fate, in the order of the bytes; the same bytes give the same.
   * @throws {FeedError} when they are none that it reads
   */
  rows(body: Buffer, about: FeedAbout): AsyncIterable<ReadRow> | Iterable<ReadRow>
  /** Where its rows stand. @default it shows in the bytes */
  readonly layout?: TableLayout
  /** What it needs of the columns of a file. @default the same as of a portal's */
  readonly fileWants?: Wants
  /** The record as a newer version, for one that came back with the version it had. */
  readonly renewed?: (record: WireRecord, versionAt: string) => WireRecord
}

export type WireRecord = Readonly<Record<string, unknown>>

export type ReadRow =
  | { readonly record: WireRecord }
  /** No record: it goes to quarantine as the lines below say. */
  | { readonly reject: { readonly line: WireRecord } }

/** A reader of what a format reads. */
export function readerOf(format: FeedFormat, layout: TableLayout = {}): DatasetReader {
  return {
    layout,
    name: format.name,
    stream: format.stream,
    *rows(body, about) {
      for (const record of format.read(body, about)) yield { record: record as WireRecord }
    },
  }
}
