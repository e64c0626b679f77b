/** What a detector saw in the interval that ends at its reading. Null where nobody passed whom it could have measured. */
export interface TrafficState {
  vehicles: number
  cars: number
  trucks: number
  motorcycles: number
  buses: number
  speedMph: number | null
  /** Share of the interval with a vehicle over the detector, 0–1. */
  occupancy: number
  /** Mean wait of the vehicles that passed, s. */
  waitS: number | null
  queueVeh: number
  /** Null while the signal shows none of them: it is dark, or flashes. */
  signal: 'red' | 'yellow' | 'green' | null
}

/**
 * Where the simulated readings come from. An implementation answers for any sensor and any instant, in any order, and
 * always the same: the answer may depend on the seed it was made with, never on what was asked before.
 */
export interface TrafficModel {
  /** Writes the state of sensor `sensor` (index into the city's) into `into`, which the caller reuses. */
  stateAt(sensor: number, atMs: number, into: TrafficState): void
}

export function emptyState(): TrafficState {
  return {
    vehicles: 0,
    cars: 0,
    trucks: 0,
    motorcycles: 0,
    buses: 0,
    speedMph: null,
    occupancy: 0,
    waitS: null,
    queueVeh: 0,
    signal: 'red',
  }
}
