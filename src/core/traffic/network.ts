/** Where streets meet, or where they leave the map. */
export interface NetworkNode {
  readonly id: string
  readonly name: string
  readonly longitude: number
  readonly latitude: number
}

/** One direction of a street between two nodes. */
export interface Link {
  readonly id: string
  /** Indexes into the network's nodes. */
  readonly from: number
  readonly to: number
  /** From stop line to stop line. */
  readonly lengthM: number
  /** Counted from the left of the direction of travel. */
  readonly lanes: number
  readonly freeFlowKmh: number
  readonly kind: LinkKind
}

export type LinkKind = 'street' | 'freeway' | 'ramp'

/** From one link into another across a node. */
export interface Movement {
  /** Indexes into the network's links. */
  readonly from: number
  readonly to: number
  readonly turn: Turn
  /** Lanes of `from` it may be made of, and of `to` it leads to; 0 is the leftmost. */
  readonly fromLanes: readonly number[]
  readonly toLanes: readonly number[]
}

export type Turn = 'left' | 'through' | 'right' | 'uturn'

/**
 * The part of the cycle in which movements have green. Phases of one plan may overlap; what they serve must not conflict.
 * Clearance follows the green: yellow, then all-red.
 */
export interface Phase {
  /** Number of the phase as in NEMA TS 2, 1–16. */
  readonly number: number
  /** Begin of green after the begin of the cycle, s, in tenths. */
  readonly startS: number
  readonly greenS: number
  readonly yellowS: number
  readonly allRedS: number
  /** Indexes into the network's movements. */
  readonly movements: readonly number[]
}

export interface SignalPlan {
  readonly cycleS: number
  /** Begin of the cycle after midnight of the simulation's clock, s, in tenths; 0 to the cycle. */
  readonly offsetS: number
  readonly phases: readonly Phase[]
}

/** Streets, how they are connected, and the plans that run at their signals. */
export interface Network {
  readonly nodes: readonly NetworkNode[]
  readonly links: readonly Link[]
  readonly movements: readonly Movement[]
  /** By node; null where no signal stands. */
  readonly signals: readonly (SignalPlan | null)[]
}
