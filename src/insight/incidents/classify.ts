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
