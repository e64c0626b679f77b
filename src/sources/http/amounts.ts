import { BodyRatioError, BodyTooLargeError } from './ingest-error.ts'

export interface AmountLimits {
  /** Of the unpacked body, and of the lines that it becomes. */
  readonly maxBodyBytes: number
  readonly maxBodyRecords: number
}

/**
 * Bytes that one byte on the wire may unpack to, or become as lines. The most repetitive feed we could think of (sensors that
 * all report nothing, every half minute, zstd -19) comes to 200; `{}` lines come to 1,000 with gzip and 20,000 with zstd.
 */
const MAX_RATIO = 500
/** Records that one byte on the wire may hold: that same feed has 0.9. */
const MAX_RECORDS_A_BYTE = 4
/** What any body may have without being looked at so, byte and records. */
const FREE_BYTES = 64 * 1024
const FREE_RECORDS = 10_000
/** Largest window of a decompressor: the bound that RFC 9659 sets for zstd over HTTP. */
const WINDOW_BYTES = 8 * 1024 * 1024

/** How much of a body has come, been unpacked and become lines; it throws at the first amount over a limit. */
export class Amounts {
  readonly #limits: AmountLimits
  #sent = 0
  #unpacked = 0
  #lineBytes = 0
  #records = 0

  constructor(limits: AmountLimits) {
    this.#limits = limits
  }

  /** What the body's decompressor may hold by now, byte. */
  get windowBytes(): number {
    return Math.min(WINDOW_BYTES, this.#unpacked)
  }

  sent(bytes: number): void {
    this.#sent += bytes
  }

  /** @throws {BodyTooLargeError|BodyRatioError} */
  unpacked(bytes: number): void {
    this.#unpacked += bytes
    this.#checkBytes(this.#unpacked)
  }

  /** @throws {BodyTooLargeError|BodyRatioError} */
  lines(bytes: number, records: number): void {
    this.#lineBytes += bytes
    this.#records += records
    this.#checkBytes(this.#lineBytes)
    const { maxBodyRecords } = this.#limits
    if (this.#records > maxBodyRecords) {
      throw new BodyTooLargeError(
        `the body has more than ${maxBodyRecords} records (limits.maxBodyRecords); send it in parts`,
      )
    }
    if (this.#records > FREE_RECORDS + this.#sent * MAX_RECORDS_A_BYTE) {
      throw new BodyRatioError(
        `${this.#sent} bytes became ${this.#records} records, more than readings could be packed into them; send readings, or less tightly packed`,
      )
    }
  }

  #checkBytes(bytes: number): void {
    const { maxBodyBytes } = this.#limits
    if (bytes > maxBodyBytes) {
      throw new BodyTooLargeError(
        `the body has more than ${maxBodyBytes} bytes (limits.maxBodyBytes); send it in parts`,
      )
    }
    if (bytes > FREE_BYTES + this.#sent * MAX_RATIO) {
      throw new BodyRatioError(
        `${this.#sent} bytes became ${bytes}, more than ${MAX_RATIO} times as many; send readings, or less tightly packed`,
      )
    }
  }
}
