/** A match ends so many bytes before the block does, and begins so many before: the format's own rule. */
const LAST_LITERALS = 5
const MATCH_LIMIT = 12
const MIN_MATCH = 4
const MAX_OFFSET = 65_535
const HASH_BITS = 14

/**
 * One block in the LZ4 format, with what stands in it again within 64 KiB written once: greedy, one candidate a place.
 *
 * Source: Y. Collet, "LZ4 Block Format Description" (2023).
 */
export function lz4Block(data: Buffer): Buffer {
  const block = new BlockWriter(data)
  const places = new Int32Array(1 << HASH_BITS).fill(-1)
  const end = data.length - MATCH_LIMIT
  let from = 0
  for (let at = 0; at <= end;) {
    const next = data.readUInt32LE(at)
    const slot = Math.imul(next, 2_654_435_761) >>> (32 - HASH_BITS)
    const before = places[slot] ?? -1
    places[slot] = at
    if (before < 0 || at - before > MAX_OFFSET || data.readUInt32LE(before) !== next) {
      at++
      continue
    }
    const length = matchLength(data, before, at)
    block.sequence(from, at, at - before, length)
    at += length
    from = at
  }
  block.sequence(from, data.length, 0, 0)
  return block.written()
}

function matchLength(data: Buffer, before: number, at: number): number {
  const end = data.length - LAST_LITERALS
  let length = MIN_MATCH
  while (at + length < end && data[before + length] === data[at + length]) length++
  return length
}

class BlockWriter {
  readonly #data: Buffer
  readonly #out: Buffer
  #at = 0

  constructor(data: Buffer) {
    this.#data = data
    // What does not repeat itself grows by a byte in 255.
    this.#out = Buffer.allocUnsafe(data.length + Math.ceil(data.length / 255) + 16)
  }

  /** Bytes as they are, then a match; without one (length 0) they are the block's last. */
  sequence(from: number, to: number, offset: number, length: number): void {
    const literals = to - from
    const more = length === 0 ? 0 : length - MIN_MATCH
    this.#out[this.#at++] = (Math.min(literals, 15) << 4) | Math.min(more, 15)
    this.#rest(literals)
    this.#at += this.#data.copy(this.#out, this.#at, from, to)
    if (length === 0) return
    this.#at = this.#out.writeUInt16LE(offset, this.#at)
    this.#rest(more)
  }

  written(): Buffer {
    return this.#out.subarray(0, this.#at)
  }

  #rest(length: number): void {
    if (length < 15) return
    let rest = length - 15
    for (; rest >= 255; rest -= 255) this.#out[this.#at++] = 255
    this.#out[this.#at++] = rest
  }
}
