import { MqttError } from '../mqtt-error.ts'

/** One packet, whole; of one that is too long its beginning. */
export interface PacketFrame {
  readonly bytes: Buffer
  /** Bytes of it that were left out. */
  readonly missing: number
}

/** Topic, id and some properties stand at the beginning: a topic has 65,535 bytes at most. */
const HEAD_BYTES = 128 * 1024
const MAX_LENGTH_BYTES = 4

/** Cuts what a broker sends into packets, and keeps no more of any than it may: section 2.1 of MQTT 3.1.1 and 5. */
export class PacketFrames {
  readonly #maxBytes: number
  #header: number[] = []
  #parts: Buffer[] = []
  /** Still to come; null in a header. */
  #coming: number | null = null
  /** Of what is still to come, what is kept. */
  #kept = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** @returns the packets that are whole with this piece. @throws {MqttError} where it is no MQTT */
  push(piece: Buffer): PacketFrame[] {
    const frames: PacketFrame[] = []
    let at = 0
    while (at < piece.length || this.#coming === 0) {
      if (this.#coming === null) {
        this.#begin(piece[at++] ?? 0)
        continue
      }
      const taken = Math.min(this.#coming, piece.length - at)
      const kept = Math.min(taken, this.#kept)
      if (kept > 0) this.#parts.push(piece.subarray(at, at + kept))
      at += taken
      this.#coming -= taken
      this.#kept -= kept
      if (this.#coming === 0) frames.push(this.#end())
    }
    return frames
  }

  #begin(byte: number): void {
    this.#header.push(byte)
    if (this.#header.length === 1 || (byte & 0x80) !== 0) {
      if (this.#header.length > MAX_LENGTH_BYTES) throw new MqttError('what the broker sends is no MQTT')
      return
    }
    const length = this.#header.slice(1).reduce((sum, one, i) => sum + (one & 0x7f) * 128 ** i, 0)
    this.#coming = length
    this.#kept = length > this.#maxBytes ? HEAD_BYTES : length
    this.#parts = [Buffer.from(this.#header)]
  }

  #end(): PacketFrame {
    const bytes = Buffer.concat(this.#parts)
    const length = this.#header.slice(1).reduce((sum, one, i) => sum + (one & 0x7f) * 128 ** i, 0)
    const missing = this.#header.length + length - bytes.length
    this.#header = []
    this.#parts = []
    this.#coming = null
    this.#kept = 0
    return { bytes, missing }
  }
}
