import { recordReasons, RowCheck } from '../catalog/index.ts'
import type { StreamRules } from '../catalog/index.ts'
import type { Delivery, Landing } from '../landing/index.ts'
import type { WireRecord } from './reader.ts'
import type { DatasetSettings } from './settings.ts'

/** What the rows of a delivery are. */
export interface RowsOf {
  readonly records: readonly WireRecord[]
  /** Rows that are no records, as they go to quarantine. */
  readonly rejects: readonly WireRecord[]
  /** Why the stream does not take them, of those that it does not take. */
  readonly reasons: ReadonlyMap<WireRecord, readonly string[]>
  readonly check: RowCheck
}

/** Reads what was landed; what was read last is read once, however often it is wanted. */
export class RowsRead {
  readonly #landing: Pick<Landing, 'content'>
  readonly #settings: DatasetSettings
  readonly #rules: StreamRules
  #last: { readonly key: string; readonly rows: RowsOf } | null = null

  constructor(landing: Pick<Landing, 'content'>, settings: DatasetSettings, rules: StreamRules) {
    this.#landing = landing
    this.#settings = settings
    this.#rules = rules
  }

  /** @throws {FeedError} when it is none that the reader reads */
  async of(delivery: Delivery): Promise<RowsOf> {
    const { receivedAtMs, parts } = delivery
    const key = [receivedAtMs, ...parts.map(({ sha256 }) => sha256)].join()
    if (this.#last?.key === key) return this.#last.rows
    this.#last = null
    const rows = await this.#read(delivery)
    this.#last = { key, rows }
    return rows
  }

  async #read({ receivedAtMs, parts }: Delivery): Promise<RowsOf> {
    const { reader, stream, zone, constants } = this.#settings
    const check = new RowCheck(stream, recordReasons(stream, this.#rules), receivedAtMs)
    const records: WireRecord[] = []
    const rejects: WireRecord[] = []
    const reasons = new Map<WireRecord, readonly string[]>()
    for (const { sha256 } of parts) {
      const about = { arrivedAtMs: receivedAtMs, zone, constants }
      for await (const row of reader.rows(await this.#landing.content(sha256), about)) {
        const line = 'record' in row ? row.record : row.reject.line
        const why = check.add(line)
        if (why.length > 0) reasons.set(line, why)
        if ('record' in row) records.push(line)
        else rejects.push(line)
      }
    }
    return { records, rejects, reasons, check }
  }
}
