import type { Area } from './polygon.ts'
import type { Located } from './point-grid.ts'

/** A community (quarter, district) of the city. */
export interface Community {
  readonly code: string
  readonly name: string
  readonly area: Area
}

/** A signal or another device at an intersection. */
export interface SignalSite extends Located {
  /** The roads that meet there, e.g. `Kensington Road & 12 Street`. */
  readonly name: string
  /** Of the city's address system, e.g. `NW`. */
  readonly quadrant: string | null
  /** A signal that stops traffic; others are flashers and crossings. */
  readonly isSignal: boolean
  /** Midnight of the day it went into service, ms since 1970 UTC; null where nobody knows. */
  readonly inServiceFromMs: number | null
}
