import type { Site } from '../city.ts'

/** A place of the register where people meet. */
export interface Venue {
  readonly id: string
  readonly name: string
  readonly latitude: number
  readonly longitude: number
  readonly capacity: number
  /** The intersection in front of it, index into the city's sites. */
  readonly site: number
}

/** A street between two intersections. */
export interface Road {
  readonly name: string
  readonly sites: readonly Site[]
  /** Longitude and latitude, two at least. */
  readonly coordinates: readonly (readonly [number, number])[]
}

/** What was known of a happening from an instant on. */
export interface EventVersion {
  readonly atMs: number
  readonly status: 'planned' | 'confirmed' | 'cancelled'
  readonly startsAtMs: number
  readonly endsAtMs: number
}

export interface CityEvent {
  readonly id: string
  readonly kind: 'concert' | 'match' | 'parade' | 'roadwork' | 'school' | 'other'
  readonly title: string
  readonly description: string
  readonly venue: Venue | null
  readonly road: Road | null
  readonly doorsBeforeMs: number | null
  readonly attendance: number | null
  readonly roadEffect: 'busy' | 'partly_closed' | 'closed'
  /** Oldest first; what really happens is the last. */
  readonly versions: readonly EventVersion[]
}

export interface ZoneVersion {
  readonly atMs: number
  readonly status: 'planned' | 'active' | 'completed'
  readonly startsAtMs: number
  readonly endsAtMs: number
}

/** A closure of lanes, as WZDx 4.2 describes one. */
export interface WorkZone {
  readonly id: string
  readonly eventType: 'work-zone' | 'detour'
  readonly name: string
  readonly description: string
  readonly road: Road
  readonly direction: 'northbound' | 'eastbound'
  readonly vehicleImpact: 'some-lanes-closed' | 'alternating-one-way' | 'all-lanes-open'
  readonly typeOfWork: 'surface-work' | 'below-road-work' | 'maintenance' | null
  readonly speedLimitKmh: number | null
  /** Closed lanes of one direction, counted from the left. */
  readonly lanesClosed: number
  readonly related: readonly { readonly type: string; readonly id: string }[]
  /** Share of the capacity that is lost while it lasts, 0–1. */
  readonly loss: number
  readonly versions: readonly ZoneVersion[]
}
