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
    for (const { sha256 } of parts) {
      const about = { arrivedAtMs: receivedAtMs, zone, constants }
      for await (const row of reader.rows(await this.#landing.content(sha256), about)) {
        check.add('record' in row ? row.record : row.reject.line)
        if ('record' in row) records.push(row.record)
        else rejects.push(row.reject.line)
      }
    }
    return { records, rejects, check }
  }
}
