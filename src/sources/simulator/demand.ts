/** Demand of a district as a share of an average approach's capacity, by what drives it. */
export interface Demand {
  /** Traffic of the whole day. */
  base: number
  /** Trips to work and back, on top. */
  morning: number
  evening: number
}

interface Profile {
  readonly night: number
  readonly day: number
  readonly morning: number
  readonly evening: number
  readonly weekend: number
}

/**
 * By district, as in DISTRICTS: offices in the middle, homes around it and at the edge, work from Monday to Friday where the
 * industry is. Chosen so that the map shows every grade at the peaks.
 */
const PROFILES: readonly Profile[] = [
  { night: 0.08, day: 0.5, morning: 0.42, evening: 0.5, weekend: 0.62 },
  { night: 0.06, day: 0.43, morning: 0.4, evening: 0.41, weekend: 0.52 },
  { night: 0.09, day: 0.46, morning: 0.42, evening: 0.38, weekend: 0.26 },
  { night: 0.05, day: 0.3, morning: 0.34, evening: 0.3, weekend: 0.38 },
]

/**
 * Demand at a local hour.
 * @param hour    local, 0 ≤ hour < 24, with its fraction
 * @param weekday 1 = Monday … 7 = Sunday
 */
export function demandAt(district: number, hour: number, weekday: number, into: Demand): void {
  const profile = PROFILES[district]
  if (profile === undefined) throw new RangeError(`no district ${district}`)
  if (weekday >= 6) {
    into.base = profile.night + profile.weekend * ease(hour, 7, 13) * (1 - ease(hour, 17, 24))
    into.morning = 0
    into.evening = 0
    return
  }
  into.base = profile.night + profile.day * ease(hour, 5, 7.5) * (1 - ease(hour, 18.5, 23.5))
  into.morning = profile.morning * bell(hour, 8.1, 0.9)
  into.evening = profile.evening * bell(hour, 17.4, 1.2)
}

/** 0 before `from`, 1 after `to`, smooth between. */
function ease(x: number, from: number, to: number): number {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)))
  return t * t * (3 - 2 * t)
}

function bell(x: number, middle: number, width: number): number {
  return Math.exp(-0.5 * ((x - middle) / width) ** 2)
}
