/** What holds a lane back at its end. */
export interface Bottleneck {
  /** Least time between two that pass, s. @default 0 */
  readonly headwayS?: number
  /** Share of its flow that each driver's own headway is lengthened to. @default 1 */
  readonly capacityFactor?: number
  /** Share of its flow that is lost while a queue stands before it: 0.05–0.15 at freeway bottlenecks and lane closures, 0 at a stop line. */
  readonly drop: number
}

/** A bottleneck, or nobody comes onto the lane or off it. */
export type LaneLimit = Bottleneck | 'closed'

/** What holds lanes back. Several things may at once: the tightest counts. */
export class LaneLimits {
  readonly #limits: LaneLimit[][]
  readonly #bottlenecks: (Required<Bottleneck> | null)[]
  readonly #isClosed: Uint8Array
  #closed = 0

  constructor(lanes: number) {
    this.#limits = Array.from({ length: lanes }, () => [])
    this.#bottlenecks = this.#limits.map(() => null)
    this.#isClosed = new Uint8Array(lanes)
  }

  /** Is any lane closed? */
  get anyClosed(): boolean {
    return this.#closed > 0
  }

  isClosed(lane: number): boolean {
    return this.#isClosed[lane] === 1
  }

  bottleneckOf(lane: number): Required<Bottleneck> | null {
    return this.#bottlenecks[lane] ?? null
  }

  add(lane: number, limit: LaneLimit): void {
    this.#limits[lane]?.push(limit)
    this.#renew(lane)
  }

  /** Takes away one that was added, the same object. */
  remove(lane: number, limit: LaneLimit): void {
    const limits = this.#limits[lane] ?? []
    const at = limits.indexOf(limit)
    if (at >= 0) limits.splice(at, 1)
    this.#renew(lane)
  }

  #renew(lane: number): void {
    const limits = this.#limits[lane] ?? []
    const isClosed = limits.includes('closed') ? 1 : 0
    this.#closed += isClosed - (this.#isClosed[lane] ?? 0)
    this.#isClosed[lane] = isClosed
    const bottlenecks = limits.filter(limit => limit !== 'closed')
    this.#bottlenecks[lane] =
      bottlenecks.length === 0
        ? null
        : {
            headwayS: Math.max(...bottlenecks.map(({ headwayS = 0 }) => headwayS)),
            capacityFactor: Math.min(...bottlenecks.map(({ capacityFactor = 1 }) => capacityFactor)),
            drop: Math.max(...bottlenecks.map(({ drop }) => drop)),
          }
  }
}
