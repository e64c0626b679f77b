/**
 * A random number in [0, 1) that depends on its arguments only, so that any moment of any sensor can be drawn alone.
 * Whole numbers; only their low 32 bits count.
 *
 * Source: the mixing steps of A. Appleby, MurmurHash3 (2011, public domain).
 */
export function uniform(seed: number, a: number, b: number): number {
  let h = Math.imul(seed ^ 0x2f0b4c47, 0xcc9e2d51)
  h = mix(h ^ Math.imul(a, 0x9e3779b1))
  h = mix(h ^ Math.imul(b, 0x85ebca77))
  return (h >>> 0) / 0x1_0000_0000
}

/** Smooth noise in [0, 1): drawn at whole `x`, eased between. */
export function smoothUniform(seed: number, a: number, x: number): number {
  const left = Math.floor(x)
  const t = x - left
  const from = uniform(seed, a, left)
  const to = uniform(seed, a, left + 1)
  return from + (to - from) * t * t * (3 - 2 * t)
}

function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
