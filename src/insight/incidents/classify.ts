import { laneWords } from './classify-lanes.ts'
import type { LaneWords } from './classify-lanes.ts'
import { roadWords } from './classify-road.ts'
import type { RoadWords } from './classify-road.ts'
import { incidentType } from './classify-type.ts'
import type { IncidentType } from './classify-type.ts'

/** What the texts of a report say, as fields. */
export interface IncidentWords extends RoadWords, LaneWords {
  readonly type: IncidentType
}

const NO_ROAD: RoadWords = {
  road: null,
  crossStreet: null,
  otherCrossStreet: null,
  direction: null,
  quadrant: null,
}
const NO_LANES: LaneWords = { lanes: [], lanesBlocked: null, isReopened: false }

/**
 * Type, road and lanes of a report by the words in its texts, as they are after cleaning. The kind stands in the description; a
 * report that has none is judged by its title. How often it is right: docs/quality/incident-types.md.
 */
export function classifyIncident(title: string | null, description: string | null): IncidentWords {
  return {
    type: incidentType(description ?? title ?? ''),
    ...(title === null ? NO_ROAD : roadWords(title)),
    ...(description === null ? NO_LANES : laneWords(description)),
  }
}

/** Texts that are remembered at most, of titles and of descriptions. */
const MAX_REMEMBERED = 50_000

/**
 * `classifyIncident` with a memory. Never changes what it says: people write the same words again and again (the 15,235 reports of
 * Calgary's record have 8,988 titles and 1,477 descriptions), and reading words is most of what a report costs.
 */
export function rememberedWords(): typeof classifyIncident {
  const titles = new Remembered((title: string) => roadWords(title))
  const descriptions = new Remembered((description: string) => ({
    ...laneWords(description),
    type: incidentType(description),
  }))
  return (title, description) => {
    if (description === null) return classifyIncident(title, null)
    return { ...(title === null ? NO_ROAD : titles.of(title)), ...descriptions.of(description) }
  }
}

/** Answers by their questions; forgets all of them when there are too many. */
class Remembered<T> {
  readonly #make: (text: string) => T
  readonly #known = new Map<string, T>()

  constructor(make: (text: string) => T) {
    this.#make = make
  }

  of(text: string): T {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear()
    const made = this.#make(text)
    this.#known.set(text, made)
    return made
  }
}
