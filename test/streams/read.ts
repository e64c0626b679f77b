import { zoneOffsets } from '../../src/core/time/index.ts'
import type { Stream } from '../../src/core/stream/index.ts'
import { TimestampParser } from '../../src/lake/columns/timestamp.ts'
import { RecordParser, rowOf } from '../../src/lake/streams/parse-record.ts'

/** What the loader makes of a line; times without a zone are UTC. */
export function read(stream: Stream, line: string, arrived = '2026-06-01T00:00:00Z') {
  const rules = { oldestMs: Date.UTC(2000, 0, 1), maxFutureMs: 3_600_000 }
  const parser = new RecordParser(stream, new TimestampParser(zoneOffsets('UTC')), rules)
  const { cells, reasons, extras } = parser.parse(Buffer.from(line), Date.parse(arrived))
  return { reasons, extras, row: reasons.length === 0 ? rowOf(parser.columns, cells) : null }
}
