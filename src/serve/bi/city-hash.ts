const MASK = (1n << 64n) - 1n
const K0 = 0xc3a5c85c97cb3127n
const K1 = 0xb492b66fbe98f273n
const K2 = 0x9ae16a3b2f90404fn
const K3 = 0xc949d7c7509e6557n
const MUL = 0x9ddfea08eb382d69n

const EMPTY = Buffer.alloc(0)

type Pair = readonly [bigint, bigint]

/**
 * The checksum of a compressed block in the protocol: CityHash128 in its version 1.0.2, which later versions are not equal to.
 *
 * @param data 8 bytes at least: the head of a block alone has more
 * @returns 16 bytes, the lower half first
 *
 * Source: G. Pike and J. Alakuijala, CityHash 1.0.2 (Google, 2011). Left out: what is shorter than 8 bytes.
 */
export function cityHash128(data: Buffer): Buffer {
  const { length } = data
  const [low, high] =
    length >= 16
      ? seeded(data.subarray(16), [at64(data, 0) ^ K3, at64(data, 8)])
      : seeded(EMPTY, [at64(data, 0) ^ u64(BigInt(length) * K0), at64(data, length - 8) ^ K1])
  const hash = Buffer.allocUnsafe(16)
  hash.writeBigUInt64LE(low, 0)
  hash.writeBigUInt64LE(high, 8)
  return hash
}

const at64 = (data: Buffer, at: number) => data.readBigUInt64LE(at)
const u64 = (value: bigint) => value & MASK
const rotated = (value: bigint, by: bigint) => (value >> by) | u64(value << (64n - by))
const mixed = (value: bigint) => value ^ (value >> 47n)

function both(u: bigint, v: bigint): bigint {
  const a = mixed(u64((u ^ v) * MUL))
  return u64(mixed(u64((v ^ a) * MUL)) * MUL)
}

function seeded(data: Buffer, seed: Pair): Pair {
  return data.length < 128 ? ofFew(data, seed) : ofMany(data, seed)
}

function ofFew(data: Buffer, [first, second]: Pair): Pair {
  const { length } = data
  let [a, b] = [first, second]
  let c: bigint
  let d: bigint
  if (length <= 16) {
    a = u64(mixed(u64(a * K1)) * K1)
    c = u64(b * K1 + ofSixteen(data))
    d = mixed(u64(a + (length >= 8 ? at64(data, 0) : c)))
  } else {
    c = both(u64(at64(data, length - 8) + K1), a)
    d = both(u64(b + BigInt(length)), u64(c + at64(data, length - 16)))
    a = u64(a + d)
    for (let at = 0; at < length - 16; at += 16) {
      a = u64((a ^ u64(mixed(u64(at64(data, at) * K1)) * K1)) * K1)
      b ^= a
      c = u64((c ^ u64(mixed(u64(at64(data, at + 8) * K1)) * K1)) * K1)
      d ^= c
    }
  }
  a = both(a, c)
  b = both(d, b)
  return [a ^ b, both(b, a)]
}

function ofSixteen(data: Buffer): bigint {
  const { length } = data
  const n = BigInt(length)
  if (length > 8) {
    const b = at64(data, length - 8)
    return both(at64(data, 0), rotated(u64(b + n), n)) ^ b
  }
  if (length >= 4)
    return both(n + (BigInt(data.readUInt32LE(0)) << 3n), BigInt(data.readUInt32LE(length - 4)))
  if (length === 0) return K2
  const [a = 0, b = 0, c = 0] = [data[0], data[length >> 1], data[length - 1]]
  return u64(mixed(u64(BigInt(a + b * 256) * K2) ^ u64((n + BigInt(c * 4)) * K3)) * K2)
}

/** Of 32 bytes. */
function weak(data: Buffer, at: number, first: bigint, second: bigint): Pair {
  const z = at64(data, at + 24)
  const a = u64(first + at64(data, at))
  const sum = u64(a + at64(data, at + 8) + at64(data, at + 16))
  return [u64(sum + z), u64(rotated(u64(second + a + z), 21n) + rotated(sum, 44n) + a)]
}

function ofMany(data: Buffer, [first, second]: Pair): Pair {
  let [x, y, z] = [first, second, u64(BigInt(data.length) * K1)]
  const v0 = u64(rotated(y ^ K1, 49n) * K1 + at64(data, 0))
  let v: Pair = [v0, u64(rotated(v0, 42n) * K1 + at64(data, 8))]
  let w: Pair = [u64(rotated(u64(y + z), 35n) * K1 + x), u64(rotated(u64(x + at64(data, 88)), 53n) * K1)]
  const whole = data.length - (data.length % 128)
  for (let at = 0; at < whole; at += 64) {
    x = u64(rotated(u64(x + y + v[0] + at64(data, at + 16)), 37n) * K1) ^ w[1]
    y = u64(rotated(u64(y + v[1] + at64(data, at + 48)), 42n) * K1) ^ v[0]
    z = rotated(z ^ w[0], 33n)
    v = weak(data, at, u64(v[1] * K1), u64(x + w[0]))
    w = weak(data, at + 32, u64(z + w[1]), y)
    ;[x, z] = [z, x]
  }
  y = u64(y + rotated(w[0], 37n) * K0 + z)
  x = u64(x + rotated(u64(v[0] + z), 49n) * K0)
  for (let done = 32; done < data.length - whole + 32; done += 32) {
    const at = data.length - done
    y = u64(rotated(u64(y - x), 42n) * K0 + v[1])
    w = [u64(w[0] + at64(data, at + 16)), w[1]]
    x = u64(rotated(x, 49n) * K0 + w[0])
    w = [u64(w[0] + v[0]), w[1]]
    v = weak(data, at, v[0], v[1])
  }
  x = both(x, v[0])
  y = both(y, w[0])
  return [u64(both(u64(x + v[1]), w[1]) + y), both(u64(x + w[1]), u64(y + v[1]))]
}
