import type { LiveSite } from '../../../src/serve/contract/index.ts'

/** What the city's sites measure at all. What nobody measures has no column, no figure and no dash. */
export interface Measures {
  readonly wait: boolean
  readonly speed: boolean
  readonly vehicles: boolean
  readonly queue: boolean
}

export function measuresOf(sites: Iterable<LiveSite>): Measures {
  const found = { wait: false, speed: false, vehicles: false, queue: false }
  for (const { waitS, speedKmh, vehicles, queueVeh } of sites) {
    found.wait ||= waitS !== null
    found.speed ||= speedKmh !== null
    found.vehicles ||= vehicles !== null
    found.queue ||= queueVeh !== null
  }
  return found
}
