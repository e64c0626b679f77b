import { AreaGrid } from '../../core/geo/area-grid.ts'
import type { Community, SignalSite } from '../../core/geo/city-places.ts'
import { PointGrid } from '../../core/geo/point-grid.ts'

/** What the city knows of places. Any of it may be empty. */
export interface PlaceContext {
  readonly communities: readonly Community[]
  /** Signals and other sites with a quadrant. */
  readonly signals: readonly SignalSite[]
}

export interface IncidentPlace {
  readonly communityCode: string | null
  /** Null where the place lies in none: a few reports do. */
  readonly community: string | null
  /** By the sites around it; null far from all. */
  readonly quadrant: string | null
  /** The nearest signal that was in service when it happened, e.g. `Kensington Road & 12 Street NW`. */
  readonly signal: string | null
  readonly signalDistanceM: number | null
}

/** Beyond this a signal tells nothing about a place. */
const SIGNAL_WITHIN_M = 1000
/** Quadrants are ten kilometres wide; a border runs between sites at most. */
const QUADRANT_WITHIN_M = 5000
const QUADRANT_VOTES = 3

/** Finds the community, quadrant and signal of places; made once for a register, and asked a million times. */
export function placeOf({
  communities,
  signals,
}: PlaceContext): (latitude: number, longitude: number, startedAtMs: number) => IncidentPlace {
  const areas = new AreaGrid(communities.map(({ area }) => area))
  const lights = signals.filter(({ isSignal }) => isSignal)
  const lightGrid = new PointGrid(lights)
  const sited = signals.filter(({ quadrant }) => quadrant?.length === 2)
  const quadrants = new PointGrid(sited)

  return (latitude, longitude, startedAtMs) => {
    const community = communities[areas.find(longitude, latitude)]
    const isInService = (i: number) => (lights[i]?.inServiceFromMs ?? -Infinity) <= startedAtMs
    const [near] = lightGrid.nearest(longitude, latitude, { withinM: SIGNAL_WITHIN_M, accepts: isInService })
    const light = near === undefined ? undefined : lights[near.index]
    const votes = quadrants.nearest(longitude, latitude, {
      withinM: QUADRANT_WITHIN_M,
      count: QUADRANT_VOTES,
    })
    return {
      communityCode: community?.code ?? null,
      community: community?.name ?? null,
      quadrant: winnerOf(votes.map(({ index }) => sited[index]?.quadrant ?? '')),
      signal: light === undefined ? null : [light.name, light.quadrant].filter(Boolean).join(' '),
      signalDistanceM: near === undefined ? null : Math.round(near.distanceM),
    }
  }
}

/** The most frequent; the first of those that are as frequent. */
function winnerOf(votes: readonly string[]): string | null {
  const countOf = (vote: string) => votes.filter(one => one === vote).length
  return votes.reduce<string | null>(
    (best, vote) => (best === null || countOf(vote) > countOf(best) ? vote : best),
    null,
  )
}
