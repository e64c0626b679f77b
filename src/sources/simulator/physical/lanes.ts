/** How a vehicle follows another. */
export interface Mover {
  /** Spacing behind the one ahead when both stand, its own length included, m. */
  readonly spacingM: number
  /** Time by which it repeats what the one ahead does, s. */
  readonly reactionS: number
}

/** A speed is told by the way of so long, s. */
const LOOK_BACK_S = 1

/** Nobody stands closer than this, m: bounds what a lane must remember. */
export const LEAST_SPACING_M = 4

/**
 * Lanes in which nobody overtakes. A vehicle passes any point no earlier than at its free speed, no earlier than its reaction time
 * after the one ahead has left it room, and therefore enters a full lane only when the backward wave has come to the beginning.
 *
 * Vehicles are told by number: the `n`-th that entered a lane, from 0. A lane remembers those that left for as long as they matter.
 *
 * Source: G. F. Newell, A simplified car-following theory: a lower order model, Transportation Research B 36 (2002); I. Yperman, The
 * link transmission model for dynamic network loading (2007), in single vehicles as J. A. Laval and L. Leclercq (2013). Left out: acceleration is instant.
 */
export class Lanes {
  readonly count: number
  readonly #lengthM: Float64Array
  /** Where the ring of each lane begins; it ends where the next begins. */
  readonly #rings: Int32Array
  readonly #head: Int32Array
  readonly #tail: Int32Array
  readonly #vehicle: Int32Array
  readonly #inS: Float64Array
  readonly #outS: Float64Array
  readonly #speedMs: Float64Array
  /** Sums over all that entered before it and itself. */
  readonly #spacingM: Float64Array
  readonly #reactionS: Float64Array
  /** The last one a lane's length ahead of the newest. */
  readonly #front: Int32Array

  /** @param lengthsM by lane */
  constructor(lengthsM: readonly number[]) {
    this.count = lengthsM.length
    this.#lengthM = Float64Array.from(lengthsM)
    this.#rings = new Int32Array(this.count + 1)
    lengthsM.forEach((length, lane) => {
      this.#rings[lane + 1] = (this.#rings[lane] ?? 0) + Math.ceil(length / LEAST_SPACING_M) + 3
    })
    const size = this.#rings[this.count] ?? 0
    this.#head = new Int32Array(this.count)
    this.#tail = new Int32Array(this.count)
    this.#front = new Int32Array(this.count).fill(-1)
    this.#vehicle = new Int32Array(size)
    this.#inS = new Float64Array(size)
    this.#outS = new Float64Array(size)
    this.#speedMs = new Float64Array(size)
    this.#spacingM = new Float64Array(size)
    this.#reactionS = new Float64Array(size)
  }

  /** How many are on the lane. */
  held(lane: number): number {
    return (this.#tail[lane] ?? 0) - (this.#head[lane] ?? 0)
  }

  /** Share of the lane that those on it take when they stand, 0–1. */
  filled(lane: number): number {
    const [first, next] = [this.#head[lane] ?? 0, this.#tail[lane] ?? 0]
    if (first === next) return 0
    const before = first === 0 ? 0 : (this.#spacingM[this.#slot(lane, first - 1)] ?? 0)
    return ((this.#spacingM[this.#slot(lane, next - 1)] ?? 0) - before) / this.lengthM(lane)
  }

  /** Number of the first on the lane, which is next to leave; that of the next to enter where it is empty. */
  first(lane: number): number {
    return this.#head[lane] ?? 0
  }

  vehicleAt(lane: number, n: number): number {
    return this.#vehicle[this.#slot(lane, n)] ?? -1
  }

  enteredS(lane: number, n: number): number {
    return this.#inS[this.#slot(lane, n)] ?? NaN
  }

  speedMs(lane: number, n: number): number {
    return this.#speedMs[this.#slot(lane, n)] ?? NaN
  }

  /** When it would have passed the end with nobody and nothing in its way. */
  freeExitS(lane: number, n: number): number {
    return this.enteredS(lane, n) + this.lengthM(lane) / this.speedMs(lane, n)
  }

  lengthM(lane: number): number {
    return this.#lengthM[lane] ?? 0
  }

  /** Earliest time at which one like this, with this free speed on the lane, may enter; infinite while one must leave first. */
  earliestEntryS(lane: number, mover: Mover, speedMs: number): number {
    const n = this.#tail[lane] ?? 0
    if (n === 0) return -Infinity
    const leader = this.#slot(lane, n - 1)
    const gapS = mover.reactionS + mover.spacingM / (this.#speedMs[leader] ?? speedMs)
    const afterLeaderS = (this.#inS[leader] ?? 0) + gapS
    const spacing = (this.#spacingM[leader] ?? 0) + mover.spacingM
    const front = this.#frontOf(lane, n, spacing)
    if (front < 0) return afterLeaderS
    if (front >= (this.#head[lane] ?? 0)) return Infinity
    const slot = this.#slot(lane, front)
    const reaction = (this.#reactionS[leader] ?? 0) + mover.reactionS - (this.#reactionS[slot] ?? 0)
    const beyondM = spacing - (this.#spacingM[slot] ?? 0) - this.lengthM(lane)
    const waveS = (this.#outS[slot] ?? 0) + beyondM / (this.#speedMs[slot] ?? speedMs) + reaction
    return Math.max(afterLeaderS, waveS)
  }

  enter(lane: number, vehicle: number, mover: Mover, speedMs: number, atS: number): void {
    const n = this.#tail[lane] ?? 0
    const slot = this.#slot(lane, n)
    const before = n === 0 ? -1 : this.#slot(lane, n - 1)
    const spacing = (before < 0 ? 0 : (this.#spacingM[before] ?? 0)) + mover.spacingM
    this.#front[lane] = this.#frontOf(lane, n, spacing)
    this.#vehicle[slot] = vehicle
    this.#inS[slot] = atS
    this.#speedMs[slot] = speedMs
    this.#spacingM[slot] = spacing
    this.#reactionS[slot] = (before < 0 ? 0 : (this.#reactionS[before] ?? 0)) + mover.reactionS
    this.#tail[lane] = n + 1
  }

  /** Earliest time at which the first of the lane may pass its end, whatever is beyond; infinite where the lane is empty. */
  earliestExitS(lane: number): number {
    const n = this.#head[lane] ?? 0
    if (n === this.#tail[lane]) return Infinity
    return this.passedS(lane, n, 0)
  }

  /** The first of the lane passes its end. */
  leave(lane: number, atS: number): void {
    const n = this.#head[lane] ?? 0
    this.#outS[this.#slot(lane, n)] = atS
    this.#head[lane] = n + 1
  }

  /**
   * Earliest time at which a vehicle passes the point `beforeEndM` before the end of the lane: as it does when all that are
   * ahead of that point have left, so ask when it is the first or has left.
   */
  passedS(lane: number, n: number, beforeEndM: number): number {
    const slot = this.#slot(lane, n)
    const speed = this.#speedMs[slot] ?? 1
    const freeS = (this.#inS[slot] ?? 0) + (this.lengthM(lane) - beforeEndM) / speed
    const oldest = Math.max(0, n - this.#ringOf(lane) + 1)
    for (let ahead = n - 1; ahead >= oldest; ahead--) {
      const other = this.#slot(lane, ahead)
      const beyondM = (this.#spacingM[slot] ?? 0) - (this.#spacingM[other] ?? 0) - beforeEndM
      if (beyondM < 0) continue
      const reaction = (this.#reactionS[slot] ?? 0) - (this.#reactionS[other] ?? 0)
      const followS = (this.#outS[other] ?? 0) + beyondM / (this.#speedMs[other] ?? speed) + reaction
      return Math.max(freeS, followS)
    }
    return freeS
  }

  /**
   * Where a vehicle is at a time after it entered and before it left, m before the end: as far as its free speed allows, and behind
   * where the one ahead was a reaction time ago.
   */
  beforeEndM(lane: number, n: number, atS: number): number {
    const head = this.#head[lane] ?? 0
    const oldest = Math.max(0, n - this.#ringOf(lane) + 1)
    let whenS = atS
    let behindM = 0
    let placeM = 0
    for (let one = n; one >= oldest; one--) {
      const slot = this.#slot(lane, one)
      const [speed, outS] = [this.#speedMs[slot] ?? 0, this.#outS[slot] ?? 0]
      if (one < head && outS <= whenS) return Math.max(placeM, behindM - speed * (whenS - outS))
      const freeM = this.lengthM(lane) - speed * (whenS - (this.#inS[slot] ?? 0))
      placeM = Math.max(placeM, behindM + Math.max(0, freeM))
      if (one === 0) break
      const ahead = this.#slot(lane, one - 1)
      behindM += (this.#spacingM[slot] ?? 0) - (this.#spacingM[ahead] ?? 0)
      whenS -= (this.#reactionS[slot] ?? 0) - (this.#reactionS[ahead] ?? 0)
    }
    return placeM
  }

  /** How many on the lane drive below a speed, m/s. */
  slowerThan(lane: number, speedMs: number, atS: number): number {
    const [first, next] = [this.#head[lane] ?? 0, this.#tail[lane] ?? 0]
    let count = 0
    for (let n = first; n < next; n++) {
      const fromS = Math.max(this.enteredS(lane, n), atS - LOOK_BACK_S)
      const drivenM = this.beforeEndM(lane, n, fromS) - this.beforeEndM(lane, n, atS)
      if (drivenM < speedMs * (atS - fromS)) count++
    }
    return count
  }

  /** The newest that a vehicle, entering as number `n`, has to have a lane's length ahead of it; −1 where there is none. */
  #frontOf(lane: number, n: number, spacing: number): number {
    const length = this.lengthM(lane)
    let front = this.#front[lane] ?? -1
    while (front + 1 < n && spacing - (this.#spacingM[this.#slot(lane, front + 1)] ?? 0) >= length) front++
    return front
  }

  #ringOf(lane: number): number {
    return (this.#rings[lane + 1] ?? 0) - (this.#rings[lane] ?? 0)
  }

  #slot(lane: number, n: number): number {
    const from = this.#rings[lane] ?? 0
    return from + (n % ((this.#rings[lane + 1] ?? 0) - from))
  }
}
