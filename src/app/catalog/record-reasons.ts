import type { Stream } from '../../core/stream/index.ts'
import { zoneOffsets } from '../../core/time/index.ts'
import { TimestampParser } from '../../lake/columns/timestamp.ts'
import { RecordParser } from '../../lake/streams/parse-record.ts'
import type { RecordRules } from '../../lake/streams/parse-record.ts'
import type { ReasonsFor } from './quality.ts'

export interface StreamRules extends RecordRules {
  /** Of times that carry none. */
  readonly zone: string
}

/** What a stream will say of a record once it is loaded, by the very rules of the loader. */
export function recordReasons(stream: Stream, rules: StreamRules): ReasonsFor {
  const parser = new RecordParser(stream, new TimestampParser(zoneOffsets(rules.zone)), rules)
  return (record, arrivedAtMs) => parser.parse(Buffer.from(JSON.stringify(record)), arrivedAtMs).reasons
}
