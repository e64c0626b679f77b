const INITIAL_SLOTS = 1024

/**
 * Byte strings to small numbers, 0 first, in order of first sight; nothing is ever removed. Open addressing over one
 * buffer of all strings, so that a look-up in the scan makes no object.
 */
export class Dictionary {
  #slots = new Int32Array(INITIAL_SLOTS).fill(-1)
  #bytes = Buffer.allocUnsafe(16 * 1024)
  #used = 0
  #starts = new Uint32Array(256)
  #hashes = new Int32Array(256)
  size = 0

  /** The id of buf[start, end), made when it is new. */
  intern(buf: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5 | 0
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ buf[i]!, 0x01000193)
    const mask = this.#slots.length - 1
    let slot = (hash ^ (hash >>> 15)) & mask
    for (;;) {
      const id = this.#slots[slot]!
      if (id < 0) return this.#add(buf, start, end, hash)
      if (this.#hashes[id] === hash && this.#same(id, buf, start, end)) return id
      slot = (slot + 1) & mask
    }
  }

  /** The id of buf[start, end) if it is known, else −1. */
  find(buf: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5 | 0
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ buf[i]!, 0x01000193)
    const mask = this.#slots.length - 1
    let slot = (hash ^ (hash >>> 15)) & mask
    for (;;) {
      const id = this.#slots[slot]!
      if (id < 0 || (this.#hashes[id] === hash && this.#same(id, buf, start, end))) return id
      slot = (slot + 1) & mask
    }
  }

  internText(text: string): number {
    const bytes = Buffer.from(text)
    return this.intern(bytes, 0, bytes.length)
  }

  /** Hash of the bytes: the same in every process. */
  hash(id: number): number {
    return this.#hashes[id]!
  }

  text(id: number): string {
    return this.#bytes.toString('utf8', this.#starts[id], this.#starts[id + 1])
  }

  /** The bytes of an entry, valid until the next intern. */
  bytes(id: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[id], this.#starts[id + 1])
  }

  #same(id: number, buf: Uint8Array, start: number, end: number): boolean {
    let at = this.#starts[id]!
    if (this.#starts[id + 1]! - at !== end - start) return false
    const bytes = this.#bytes
    for (let i = start; i < end; i++, at++) if (bytes[at] !== buf[i]) return false
    return true
  }

  #add(buf: Uint8Array, start: number, end: number, hash: number): number {
    const id = this.size
    const length = end - start
    while (this.#used + length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(this.#bytes.length * 2)
      larger.set(this.#bytes.subarray(0, this.#used))
      this.#bytes = larger
    }
    if (id + 2 > this.#starts.length) {
      this.#starts = grown(this.#starts, new Uint32Array(this.#starts.length * 2))
      this.#hashes = grown(this.#hashes, new Int32Array(this.#hashes.length * 2))
    }
    this.#bytes.set(buf.subarray(start, end), this.#used)
    this.#starts[id] = this.#used
    this.#used += length
    this.#starts[id + 1] = this.#used
    this.#hashes[id] = hash
    this.size = id + 1
    if (this.size * 2 > this.#slots.length) this.#rehash()
    else this.#place(id)
    return id
  }

  #place(id: number): void {
    const mask = this.#slots.length - 1
    const hash = this.#hashes[id]!
    let slot = (hash ^ (hash >>> 15)) & mask
    while (this.#slots[slot]! >= 0) slot = (slot + 1) & mask
    this.#slots[slot] = id
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 4).fill(-1)
    for (let id = 0; id < this.size; id++) this.#place(id)
  }
}

function grown<T extends Uint32Array | Int32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
