import { Bytes } from './bytes.ts'

const INITIAL_SLOTS = 1024

/**
 * Byte strings to small numbers, 0 first, in order of first sight; nothing is ever removed. Open addressing over one
 * buffer of all strings, so that a look-up in the scan makes no object.
 */
export class Dictionary {
  #slots = new Int32Array(INITIAL_SLOTS).fill(-1)
  #bytes = new Bytes(new Uint8Array(16 * 1024))
  #used = 0
  #starts = new Uint32Array(256)
  /** Where each entry is looked for; and its hash that is kept in the lake. */
  #keys = new Int32Array(256)
  #hashes = new Int32Array(256)
  size = 0

  /** The id of the bytes in [start, end), made when it is new. */
  intern(from: Bytes, start: number, end: number): number {
    const key = keyOf(from, start, end)
    const id = this.#find(key, from, start, end)
    return id < 0 ? this.#add(key, from.array.subarray(start, end)) : id
  }

  /** The id of the bytes in [start, end) if they are known, else −1. */
  find(from: Bytes, start: number, end: number): number {
    return this.#find(keyOf(from, start, end), from, start, end)
  }

  internBytes(bytes: Uint8Array): number {
    return this.intern(new Bytes(bytes), 0, bytes.length)
  }

  internText(text: string): number {
    return this.internBytes(Buffer.from(text))
  }

  /** Hash of the bytes: the same in every process. */
  hash(id: number): number {
    return this.#hashes[id]!
  }

  text(id: number): string {
    return Buffer.from(this.bytes(id)).toString('utf8')
  }

  /** The bytes of an entry, valid until the next intern. */
  bytes(id: number): Uint8Array {
    return this.#bytes.array.subarray(this.#starts[id], this.#starts[id + 1])
  }

  #find(key: number, from: Bytes, start: number, end: number): number {
    const mask = this.#slots.length - 1
    let slot = key & mask
    for (;;) {
      const id = this.#slots[slot]!
      if (id < 0 || (this.#keys[id] === key && this.#same(id, from, start, end))) return id
      slot = (slot + 1) & mask
    }
  }

  #same(id: number, from: Bytes, start: number, end: number): boolean {
    let at = this.#starts[id]!
    if (this.#starts[id + 1]! - at !== end - start) return false
    const { array, view } = this.#bytes
    let i = start
    for (; i + 4 <= end; i += 4, at += 4)
      if (view.getInt32(at, true) !== from.view.getInt32(i, true)) return false
    for (; i < end; i++, at++) if (array[at] !== from.array[i]) return false
    return true
  }

  #add(key: number, bytes: Uint8Array): number {
    const id = this.size
    while (this.#used + bytes.length > this.#bytes.array.length) {
      const larger = new Uint8Array(this.#bytes.array.length * 2)
      larger.set(this.#bytes.array)
      this.#bytes = new Bytes(larger)
    }
    if (id + 2 > this.#starts.length) {
      this.#starts = grown(this.#starts, new Uint32Array(this.#starts.length * 2))
      this.#keys = grown(this.#keys, new Int32Array(this.#keys.length * 2))
      this.#hashes = grown(this.#hashes, new Int32Array(this.#hashes.length * 2))
    }
    this.#bytes.array.set(bytes, this.#used)
    this.#starts[id] = this.#used
    this.#used += bytes.length
    this.#starts[id + 1] = this.#used
    this.#keys[id] = key
    this.#hashes[id] = fnv1a(bytes)
    this.size = id + 1
    if (this.size * 2 > this.#slots.length) this.#rehash()
    else this.#place(id)
    return id
  }

  #place(id: number): void {
    const mask = this.#slots.length - 1
    let slot = this.#keys[id]! & mask
    while (this.#slots[slot]! >= 0) slot = (slot + 1) & mask
    this.#slots[slot] = id
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 4).fill(-1)
    for (let id = 0; id < this.size; id++) this.#place(id)
  }
}

/** A quick hash, four bytes at a time. */
function keyOf({ array, view }: Bytes, start: number, end: number): number {
  let hash = end - start
  let i = start
  for (; i + 4 <= end; i += 4) {
    hash = Math.imul(hash ^ view.getInt32(i, true), 0x5bd1e995)
    hash ^= hash >>> 15
  }
  for (; i < end; i++) hash = Math.imul(hash ^ array[i]!, 0x01000193)
  return hash ^ (hash >>> 13)
}

/** FNV-1a, 32 bits: silver keeps it as a part of `content`, so it stays as it is. */
function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5 | 0
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return hash
}

function grown<T extends Uint32Array | Int32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
